import { randomUUID } from "node:crypto";
import { appendFile, readFile } from "node:fs/promises";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import type { ServiceSchema } from "moleculer";
import {
  answered,
  erased,
  joined,
  personalOf,
  registered,
} from "../../../services/accounts/accounts.contract.ts";
import * as exports from "../../../services/accounts/export.contract.ts";
import * as mail from "../../../services/accounts/mail.contract.ts";
import * as users from "../../../services/accounts/users.contract.ts";
import { clock } from "../../../services/shared/clock.ts";
import { type Sender, send } from "../../../services/shared/message.ts";
import { wiring } from "../../../services/shared/wire.ts";
import { soon } from "../../house/soon.ts";
import { dataDir, filesWith, type House, logged, openHouse, tidyUp } from "./house.ts";

const { objects } = await import("../../../config/objects.ts");
const dayMs = 86_400_000;

/** An actor that keeps something about people, and may be silent. */
const stars = new Map<string, number>();
const heard: unknown[] = [];
let silent = false;
const { serve, follow } = wiring();
const ratings = {
  name: "ratings",
  actions: serve(personalOf("ratings"), ({ params: { id } }) => {
    if (silent) throw new Error("ratings is out of order");
    return { actor: "ratings", data: { stars: stars.get(id) ?? null } };
  }),
  channels: {
    ...follow(joined, { group: "ratings" }, async (data) => {
      heard.push(data);
    }),
    ...follow(erased, { group: "ratings" }, async function ({ id }, because) {
      if (silent) throw new Error("ratings is out of order");
      const removed = stars.delete(id) ? 1 : 0;
      const broker = this.broker as unknown as Sender;
      await send(broker, answered, { id, actor: "ratings", removed }, { because });
    }),
  },
} as unknown as ServiceSchema;

let house: House;
beforeEach(async () => {
  silent = false;
  house = await openHouse(ratings);
});
afterEach(async () => {
  clock.set();
  await house.stop();
});
afterAll(tidyUp);

async function account(canary: string) {
  const id = randomUUID();
  const ask = house.as(id);
  const email = `${canary}@b.example`;
  await house.tell(registered, { id, email, language: "en" });
  await soon(
    () => ask(users.me, {}),
    (me) => me.contacts.length === 1,
  );
  await ask(users.change, { displayName: canary, birthday: "1990-01-01" });
  stars.set(id, 5);
  return { id, ask, email };
}
const later = (days: number) => clock.set(() => Date.now() + days * dayMs);
const lettersTo = async (to: string) => (await house.ask(mail.list, { to })).items;
const ended = (ask: ReturnType<House["as"]>) =>
  soon(
    () => ask(exports.list, {}),
    ({ items }) => items.every(({ status }) => status !== "running"),
  );
async function bytesOf(key: string): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of (await objects.get(key)).stream) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}

/** The rows of the channels' log that hold a word. */
function rowsWith(word: string): unknown[] {
  const db = new DatabaseSync(join(dataDir, "channels.sqlite"), { readOnly: true });
  const tables = db.prepare("SELECT name FROM sqlite_master WHERE type = 'table'").all();
  const rows = tables.flatMap(({ name }) => db.prepare(`SELECT * FROM "${name}"`).all());
  db.close();
  return rows.filter((row) => JSON.stringify(row).includes(word));
}

describe("an export", () => {
  test("holds what every actor says, is told of by letter, and expires", async () => {
    const { id, ask, email } = await account("exporter");

    const begun = await ask(exports.start, {});
    const again = await ask(exports.start, {});
    const { items } = await ended(ask);
    const file = await ask(exports.fetch, { export: begun.id });

    expect(again.id).toBe(begun.id);
    expect(items).toMatchObject([{ id: begun.id, status: "ready", silent: [] }]);
    const held = JSON.parse(await bytesOf(file.object));
    expect(held).toMatchObject({
      format: 1,
      id,
      held: { ratings: { stars: 5 }, users: { displayName: "exporter" }, mail: null },
    });
    expect(items[0]?.size).toBe((await objects.head(file.object)).size);
    const letters = await soon(
      () => lettersTo(email),
      (found) => found.length > 0,
    );
    expect(letters.map(({ template }) => template)).toEqual(["exportReady"]);

    later(8);
    await expect(ask(exports.fetch, { export: begun.id })).rejects.toMatchObject({
      type: "EXPORT_NOT_FOUND",
    });
    await house.ask(exports.tidy, {});
    expect((await ask(exports.list, {})).items).toEqual([]);
    await expect(objects.head(file.object)).rejects.toThrow();
  });

  test("fails, naming the actor that did not answer, and can be asked for again", async () => {
    const { ask } = await account("unlucky");
    silent = true;

    const begun = await ask(exports.start, {});
    const { items } = await ended(ask);

    expect(items).toMatchObject([{ status: "failed", silent: ["ratings"], size: null }]);
    await expect(ask(exports.fetch, { export: begun.id })).rejects.toMatchObject({
      type: "EXPORT_NOT_READY",
    });
    silent = false;
    await ask(exports.start, {});
    expect((await ended(ask)).items.map(({ status }) => status)).toEqual(["ready", "failed"]);
  });

  test("is nobody else's", async () => {
    const [one, other] = [await account("one"), await account("other")];
    const begun = await one.ask(exports.start, {});
    await ended(one.ask);

    await expect(other.ask(exports.fetch, { export: begun.id })).rejects.toMatchObject({
      type: "EXPORT_NOT_FOUND",
    });
  });
});

describe("deletion", () => {
  test("can be taken back while the grace lasts, and both are told by letter", async () => {
    const { id, ask, email } = await account("waverer");

    const wished = await ask(exports.leave, {});
    const deletion = await house.ask(exports.deletion, { id });
    await ask(exports.stay, {});
    later(31);
    await house.ask(exports.tidy, {});

    const graceMs = Date.parse(wished.deletion?.due ?? "") - Date.now();
    expect(Math.round(graceMs / dayMs)).toBe(30);
    expect(deletion).toMatchObject({ state: "requested", answers: [] });
    expect((await ask(users.me, {})).displayName).toBe("waverer");
    const letters = await soon(
      () => lettersTo(email),
      (found) => found.length === 2,
    );
    expect(letters.map(({ template }) => template).toSorted()).toEqual([
      "deletionCancelled",
      "deletionRequested",
    ]);
    await expect(house.ask(exports.deletion, { id })).rejects.toMatchObject({
      type: "DELETION_NOT_FOUND",
    });
  });

  test("waits for an actor that is out of order, and is reported until it has answered", async () => {
    const { id, ask } = await account("patient");
    await ask(exports.leave, {});
    silent = true;
    later(31);

    await house.ask(exports.tidy, {});
    const half = await soon(
      () => house.ask(exports.deletion, { id }),
      ({ answers }) => answers.length === 2,
    );
    silent = false;
    const whole = await soon(
      () => house.ask(exports.deletion, { id }),
      ({ state }) => state === "erased",
    );

    expect(half).toMatchObject({ state: "erasing", waiting: ["ratings"] });
    expect(whole.answers.map(({ actor }) => actor).toSorted()).toEqual([
      "mail",
      "ratings",
      "users",
    ]);
    expect(stars.has(id)).toBe(false);
    for (const late of [ask(users.me, {}), ask(users.change, { displayName: "x" })]) {
      await expect(late).rejects.toMatchObject({ type: "USER_GONE" });
    }
  });

  test("leaves nothing of a person in any file", async () => {
    const canary = `canary${randomUUID().slice(0, 8)}`;
    const { id, ask } = await account(canary);
    await ask(users.addContact, { address: `${canary}.two@y.example` });
    await ask(exports.start, {});
    await ended(ask);
    await ask(exports.leave, {});
    await soon(
      () => lettersTo(`${canary}@b.example`),
      (found) => found.length === 2,
    );
    const before = await filesWith(canary);

    later(31);
    await house.ask(exports.tidy, {});
    const { answers } = await soon(
      () => house.ask(exports.deletion, { id }),
      ({ state }) => state === "erased",
    );
    // The other tests have been in the future too: their messages must be old for the sweep to go on.
    later(70);
    await house.broker.channelAdapter.sweep();
    // A document's file is written anew when it is opened: then the old versions are gone too.
    await house.stop();
    house = await openHouse(ratings);

    const places = before.map((path) => path.split(/[/.]/)[0]);
    expect([...new Set(places)]).toEqual(["channels", "documents", "mail", "objects"]);
    expect(answers).toContainEqual(expect.objectContaining({ actor: "mail", removed: 3 }));
    // What SQLite has deleted may lie in free pages until they are used again.
    expect((await filesWith(canary)).filter((path) => path !== "channels.sqlite")).toEqual([]);
    expect(rowsWith(canary)).toEqual([]);
    expect(logged.filter((line) => line.includes(canary))).toEqual([]);
    expect((await house.ask(exports.deletion, { id })).state).toBe("erased");
  });
});

test("an export that a crash ended goes on afterwards", async () => {
  const { id, ask } = await account("crashed");
  const file = join(dataDir, "documents", "users.db");
  await ask(exports.start, {});
  await ended(ask);
  await house.stop();
  const rows = (await readFile(file, "utf8")).trimEnd().split("\n");
  const last = rows.map((row) => JSON.parse(row)).findLast((row) => row._id === id);
  const { object, size, ...open } = last.exports[0];
  const torn = { ...last, exports: [{ ...open, status: "running" }], wakeAt: open.requestedAt };
  await appendFile(file, `${JSON.stringify(torn)}\n`);
  house = await openHouse(ratings);
  const again = house.as(id);

  expect((await again(exports.list, {})).items).toMatchObject([{ status: "running" }]);
  await house.ask(exports.tidy, {});

  expect((await ended(again)).items).toMatchObject([{ status: "ready" }]);
});

describe("a guest", () => {
  test("who joins is told of once, to whoever keeps data of guests", async () => {
    const { id, secret } = await house.as("guest", "guest")(users.guest, {});
    const { id: mine, ask } = await account("joiner");

    await Promise.all([1, 2, 3].map(() => ask(users.join, { guest: { id, secret } })));
    await house.stop();
    house = await openHouse(ratings);

    const told = () => heard.filter((data) => (data as { guest: string }).guest === id);
    await soon(told, (found) => found.length > 0);
    expect(told()).toEqual([{ guest: id, account: mine }]);
  });

  test("who comes no more is forgotten by everybody", async () => {
    const { id, secret } = await house.as("guest", "guest")(users.guest, {});
    stars.set(id, 3);

    later(20);
    await house.ask(users.recognise, { id, secret });
    later(40);
    await house.ask(exports.tidy, {});
    const alive = await house.as(id, "guest")(users.me, {});
    later(51);
    await house.ask(exports.tidy, {});
    await soon(
      () => stars.has(id),
      (has) => !has,
    );

    await soon(
      () => house.ask(exports.deletion, { id }),
      ({ state }) => state === "erased",
    );

    expect(alive.kind).toBe("guest");
    await expect(house.ask(users.recognise, { id, secret })).rejects.toMatchObject({
      type: "USER_GUEST_REFUSED",
    });
    later(90);
    await house.ask(exports.tidy, {});
    await expect(house.ask(exports.deletion, { id })).rejects.toMatchObject({
      type: "DELETION_NOT_FOUND",
    });
  });
});

/** Streams of users: kept, bounded, told at once, and complete again after any break. */
import { randomUUID } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import type { Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { NedbEngine } from "../../mixins/documents/nedb.ts";
import { Store } from "../../mixins/documents/store.ts";
import type { Entry } from "../../mixins/sockets/client.ts";
import { streamAction } from "../../mixins/sockets/protocol.ts";
import { type StreamDocument, Streams, streams } from "../../mixins/sockets/streams.ts";
import { answered, erased, joined } from "../../services/accounts/accounts.contract.ts";
import { personal, stream, wanted } from "../../services/gateway/realtime.contract.ts";
import { clock } from "../../services/shared/clock.ts";
import { message, send } from "../../services/shared/message.ts";
import { call, wiring } from "../../services/shared/wire.ts";
import { filmId } from "../gateway/actors.ts";
import { until } from "../house/soon.ts";
import { closeAll, meet, mint, openNode, pause, tellWatched, watched } from "./house.ts";

const told: { id: string; actor: string; removed: number }[] = [];
const listener = {
  name: "listener",
  channels: wiring().follow(answered, { group: "listener" }, async (one) => {
    told.push(one);
  }),
};
const node = await openNode({ services: [listener as never] });
afterEach(() => clock.set());
afterAll(closeAll);

const connections = new Set<Socket>();
node.server.on("connection", (socket) => {
  connections.add(socket);
  socket.once("close", () => connections.delete(socket));
});
let sent = 0;
const want = (user: string, data: Record<string, number> = { n: ++sent }) =>
  send(node.broker as never, wanted, { user, type: "tests.happened", data });
const numbers = (entries: Entry[]) => entries.map(({ data }) => (data as { n: number }).n);
const upTo = (n: number) => Array.from({ length: n }, (_, i) => i + 1);

async function reader(user = randomUUID(), since?: number) {
  const got: Entry[] = [];
  const client = meet(node.url, { token: await mint({ user }) });
  await client.ready();
  const own = client.stream({ since }, (entry) => void got.push(entry));
  return { user, client, got, own };
}

it("is read by the action that the client names", () => {
  expect(stream.name).toBe(streamAction);
});

describe("a stream", () => {
  it("brings what was told before, and then what is told, once and in order", async () => {
    const user = randomUUID();
    for (const n of upTo(60)) await want(user, { n });
    const { got } = await reader(user);
    await until(() => got.length === 60);

    for (const n of upTo(20)) await want(user, { n: 60 + n });
    await until(() => got.length >= 80);
    await pause(50);

    expect(numbers(got)).toEqual(upTo(80));
    expect(got.map(({ cursor }) => cursor)).toEqual(got.map((_, i) => (got[0]?.cursor ?? 0) + i));
  });

  it("goes to its user alone, on all devices", async () => {
    const [mine, other] = [await reader(), await reader()];
    const second = await reader(mine.user);

    await want(mine.user, { n: 1 });
    await until(() => mine.got.length === 1 && second.got.length === 1);
    await pause(50);

    expect(other.got).toEqual([]);
    expect(await other.client.ask(stream, {})).toMatchObject({ items: [] });
  });

  it("tells a message once, however often it is delivered", async () => {
    const { user, got } = await reader();
    const one = message(wanted, { user, type: "tests.happened", data: { n: 1 } });
    const deliver = () =>
      (
        node.broker as unknown as { sendToChannel(name: string, m: unknown): Promise<void> }
      ).sendToChannel(wanted.name, one);

    await deliver();
    await deliver();
    await want(user, { n: 2 });
    await deliver();
    await want(user, { n: 3 });
    await until(() => got.length >= 3);
    await pause(50);

    expect(numbers(got)).toEqual([1, 2, 3]);
    expect(got[0]?.id).toBe(one.id);
  });

  it("is nobody's without a session", async () => {
    const operator = { id: "operator", role: "operator", door: "admin" } as const;

    const ask = call(node.broker, stream, {}, { meta: { caller: operator } });

    await expect(ask).rejects.toMatchObject({ type: "STREAM_OF_NOBODY" });
  });
});

describe("after a break", () => {
  it("nothing is missed and nothing comes twice, whenever the line breaks", async () => {
    const { user, got } = await reader();
    const all = upTo(150);

    for (const n of all) {
      await want(user, { n });
      // The house's side of every connection is cut, again and again.
      if (n % 25 === 0) cutAll();
    }
    await until(() => got.length >= all.length, "all has come");
    await pause(100);

    expect(numbers(got)).toEqual(all);
  });

  it("a new client goes on from the cursor that was kept", async () => {
    const first = await reader();
    for (const n of upTo(5)) await want(first.user, { n });
    await until(() => first.got.length === 5);
    const { cursor } = first.own;
    first.client.close();
    for (const n of [6, 7]) await want(first.user, { n });

    const second = await reader(first.user, cursor);
    await until(() => second.got.length === 2);

    expect(numbers(second.got)).toEqual([6, 7]);
  });

  it("an entry whose handler failed is handed over again before later ones", async () => {
    const user = randomUUID();
    const [got, errors] = [[] as number[], [] as Error[]];
    const client = meet(node.url, {
      token: await mint({ user }),
      onError: (error) => errors.push(error),
    });
    let fails = 1;
    client.stream({}, ({ data }) => {
      if (fails-- > 0) throw new Error("The handler failed.");
      got.push((data as { n: number }).n);
    });

    for (const n of upTo(3)) await want(user, { n });
    await until(() => got.length === 3);

    expect(got).toEqual([1, 2, 3]);
    expect(errors.map(({ message: text }) => text)).toEqual(["The handler failed."]);
  });

  it("the rooms and events are those from before", async () => {
    const client = meet(node.url);
    const heard: string[] = [];
    await client.join(`film:${filmId}`);
    await client.hear(watched, ({ text }) => heard.push(text), `film:${filmId}`);

    cutAll();
    await until(() => !client.connected);
    await until(() => client.connected);
    // What is told before it has joined again is not kept for it: one of these is the first it hears.
    const told: string[] = [];
    await until(async () => {
      told.push(`after the break, ${told.length}`);
      await tellWatched(node, filmId, told.at(-1) ?? "");
      return heard.length > 0;
    });
    await until(() => heard.at(-1) === told.at(-1), "the last");
    expect(heard).toEqual(told.slice(-heard.length));
  });
});

/** Ends every connection without a word. */
function cutAll(): void {
  for (const socket of connections) socket.destroy();
}

describe("what is kept of people", () => {
  it("is in their export, and goes with them", async () => {
    const { user, got, client } = await reader();
    await want(user, { n: 1 });
    await until(() => got.length === 1);
    client.close();

    const held = await call(node.broker, personal, { id: user });
    await send(node.broker as never, erased, { id: user });
    await until(() => told.some(({ id }) => id === user));

    expect(held).toMatchObject({ data: { told: [{ type: "tests.happened", data: { n: 1 } }] } });
    expect(told.find(({ id }) => id === user)).toMatchObject({ actor: "realtime", removed: 1 });
    expect(await call(node.broker, personal, { id: user })).toMatchObject({ data: null });
  });

  it("as a guest joins the account", async () => {
    const guest = randomUUID();
    const { user, got, own } = await reader();
    await want(user, { n: 1 });
    await want(guest, { n: 2 });
    await until(() => got.length === 1);

    await send(node.broker as never, joined, { guest, account: user });
    await until(() => {
      own.resume();
      return got.length === 2;
    });

    expect(numbers(got)).toEqual([1, 2]);
    expect(await call(node.broker, personal, { id: guest })).toMatchObject({ data: null });
  });
});

describe("the store of streams", () => {
  const folder = mkdtempSync(join(tmpdir(), "bijou-streams-"));
  const engine = new NedbEngine(streams, join(folder, "streams.db"), () => undefined);
  const store = new Store<StreamDocument>(streams, engine);
  const kept = new Streams(store, { most: 5, days: 2 });
  const add = (user: string, id = randomUUID()) =>
    kept.append(id, { user, type: "a.b", time: clock.iso(), data: {} });
  beforeAll(() => engine.open());
  afterAll(async () => {
    await engine.close();
    rmSync(folder, { recursive: true });
  });

  it("keeps so many of a user, and says when some are gone", async () => {
    const cursors: number[] = [];
    for (const _ of upTo(8)) cursors.push((await add("ann")).cursor);
    const [first = 0, , , fourth = 0] = cursors;

    const all = await kept.since("ann", undefined, 10);

    expect(all.items.map(({ cursor }) => cursor)).toEqual(cursors.slice(3));
    expect(await kept.since("ann", first, 2)).toMatchObject({ more: true, missed: true });
    expect(await kept.since("ann", fourth, 10)).toMatchObject({ more: false, missed: false });
    expect((await kept.since("ann", cursors.at(-1), 10)).items).toEqual([]);
  });

  it("numbers without a gap, also where two nodes append at once", async () => {
    const other = new Streams(store, { most: 50, days: 2 });
    const same = randomUUID();

    await Promise.all([
      add("bob"),
      other.append(same, toldTo("bob")),
      add("bob", same),
      add("bob"),
    ]);
    const { items } = await kept.since("bob", undefined, 10);

    expect(items).toHaveLength(3);
    const [first] = items;
    expect(items.map(({ cursor }) => cursor - (first?.cursor ?? 0))).toEqual([0, 1, 2]);
  });

  it("lets go of what is old, and never counts again what was counted", async () => {
    const day = 86_400_000;
    const begun = Date.now();
    clock.set(begun - 3 * day);
    const old = await add("cid");
    clock.set(begun);
    const young = await add("dan");

    await kept.sweep();
    const next = await add("cid");

    expect(await kept.all("dan")).toMatchObject([{ seq: young.cursor }]);
    expect(next.cursor).toBeGreaterThan(old.cursor);
    expect(await kept.since("cid", old.cursor, 10)).toMatchObject({
      items: [{ cursor: next.cursor }],
      missed: true,
    });
  });
});
const toldTo = (user: string) => ({ user, type: "a.b", time: clock.iso(), data: {} });

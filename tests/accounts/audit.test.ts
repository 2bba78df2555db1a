import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import * as audit from "../../services/accounts/audit.contract.ts";
import { soon } from "../house/soon.ts";
import { Client, dataDir, type House, openHouse, refusal, signedIn, tidyUp } from "./house.ts";

let house: House;
beforeAll(async () => {
  house = await openHouse();
});
afterAll(async () => {
  await house.stop();
  await tidyUp();
});

const documents = join(dataDir, "documents", "audit.db");

/** The bytes of all objects there. */
async function filesOf(prefix: string): Promise<string[]> {
  const found = await readdir(join(dataDir, "objects", prefix), {
    recursive: true,
    withFileTypes: true,
  });
  const isBytes = (name: string) => name.includes("~") && !name.endsWith("~json");
  return found.filter(({ name }) => isBytes(name)).map((one) => join(one.parentPath, one.name));
}

/** Changes a file of the house while nobody holds it. */
async function tampered(file: string, change: (lines: string[]) => string[]): Promise<void> {
  await house.stop();
  const lines = (await readFile(file, "utf8")).split("\n").filter(Boolean);
  await writeFile(file, `${change(lines).join("\n")}\n`);
  house = await openHouse();
}
const acts = async (id: string, least: number) => {
  const page = await soon(
    () => house.ask(audit.list, { account: id, limit: 100 }),
    ({ items }) => items.length >= least,
  );
  return page.items;
};
const verify = (account?: string) => house.ask(audit.verify, account ? { account } : {});
const entryOf = (id: string, number: number) => (line: string) =>
  line.includes(`"place":"${id}|${String(number).padStart(9, "0")}"`);

/** Somebody of whom four things are on record and anchored. */
async function recorded() {
  const { id, email, client } = await signedIn(house);
  await refusal(client.signIn(email, "wrong password"));
  await acts(id, 4);
  await house.ask(audit.anchor, {});
  return { id, email, client };
}

test("every act is on record once, in order, with who, when and where", async () => {
  const { id, email, client } = await recorded();

  const found = (await acts(id, 4)).toReversed();

  expect(found.map(({ number, act }) => [number, act])).toEqual([
    [1, "registered"],
    [2, "verified e-mail"],
    [3, "signed in"],
    [4, "sign-in failed"],
  ]);
  expect(found[0]?.personal).toMatchObject({ email });
  expect(found[2]).toMatchObject({
    by: id,
    session: client.tokens.session,
    personal: { address: "192.0.2.1" },
  });
  const mine = await client.ask(audit.mine, { limit: 2 });
  expect(mine.items).toHaveLength(2);
  expect(mine.next).not.toBeNull();
});

test("a house that nobody tampered with holds, also after a restart", async () => {
  const { id } = await recorded();

  expect((await verify()).faults).toEqual([]);
  await house.stop();
  house = await openHouse();

  const { faults, entries, accounts, anchors: lines } = await verify(id);
  expect({ faults, entries, accounts }).toEqual({ faults: [], entries: 4, accounts: 1 });
  expect(lines).toBeGreaterThan(0);
});

test("a removed line is noticed", async () => {
  const { id } = await recorded();
  const is = entryOf(id, 2);

  await tampered(documents, (lines) => lines.filter((line) => !is(line)));

  expect((await verify(id)).faults[0]).toEqual({ account: id, number: 2, fault: "missing" });
});

test("a cut end and a whole chain taken out are noticed by the anchors", async () => {
  const [one, two] = [await recorded(), await recorded()];
  const last = entryOf(one.id, 4);

  await tampered(documents, (lines) =>
    lines.filter((line) => !last(line) && !line.includes(`"place":"${two.id}`)),
  );

  expect((await verify(one.id)).faults).toEqual([{ account: one.id, number: 4, fault: "missing" }]);
  expect((await verify(two.id)).faults).toEqual([{ account: two.id, number: 1, fault: "missing" }]);
});

test("a changed line is noticed, in what was done and in where", async () => {
  const [one, two] = [await recorded(), await recorded()];
  const [act, place] = [entryOf(one.id, 3), entryOf(two.id, 3)];

  await tampered(documents, (lines) =>
    lines.map((line) => {
      if (act(line)) return line.replace('"act":"signed in"', '"act":"signed out"');
      return place(line) ? line.replace('"address":"192.0.2.1"', '"address":"192.0.2.2"') : line;
    }),
  );

  expect((await verify(one.id)).faults[0]).toEqual({
    account: one.id,
    number: 3,
    fault: "changed",
  });
  expect((await verify(two.id)).faults).toEqual([
    { account: two.id, number: 3, fault: "personal changed" },
  ]);
});

test("a changed anchor is noticed, and where it lies is said", async () => {
  const { id } = await recorded();
  const texts = await Promise.all(
    (await filesOf("audit/anchors")).map(async (file) => [file, await readFile(file, "utf8")]),
  );
  const [file = "", line = ""] = texts.find(([, text]) => text?.includes(id)) ?? [];

  await writeFile(file, line.replace(`"${id}":{"number":4`, `"${id}":{"number":3`));

  const { faults } = await verify(id);
  const [, writer] = /anchors\/([^/]+)\//.exec(file) ?? [];
  expect(faults).toMatchObject([{ account: null, fault: "anchor changed" }]);
  expect(faults[0]?.object).toContain(`audit/anchors/${writer}/`);
  await writeFile(file, line);
  expect((await verify(id)).faults).toEqual([]);
});

test("anchors that cannot be read are no answer, and why is said", async () => {
  const { id } = await recorded();
  const folder = await filesOf("audit/anchors");
  const sidecar = `${folder[0]?.slice(0, folder[0].lastIndexOf("~"))}~json`;
  const about = await readFile(sidecar, "utf8");
  await writeFile(sidecar, "{");

  const refused = await refusal(verify(id));
  await writeFile(sidecar, about);

  expect(refused).toBe("ANCHORS_UNREAD");
  expect((await verify(id)).faults).toEqual([]);
});

test("a message that is delivered twice is recorded once", async () => {
  const { id } = await recorded();
  const [entry] = await acts(id, 4);
  const broker = house.broker as unknown as {
    sendToChannel(name: string, message: object): Promise<void>;
  };
  const data = { account: id, act: "told twice", at: new Date().toISOString(), by: "house" };
  const message = {
    id: "0192f3a0-7c1e-7b60-9d55-3a1c0f7e2b11",
    key: id,
    time: data.at,
    correlation: "x",
    data: { ...data, facts: {}, personal: {} },
  };

  await broker.sendToChannel(audit.acted.name, message);
  await broker.sendToChannel(audit.acted.name, message);
  await new Client(house).signIn((await recorded()).email);

  const found = await acts(id, 5);
  expect(found.filter(({ act }) => act === "told twice")).toHaveLength(1);
  expect(entry?.number).toBe(4);
});

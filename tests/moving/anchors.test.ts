/** What becomes of the audit's anchors when a house moves. */
import { randomBytes } from "node:crypto";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import type { z } from "zod";
import type { verify } from "../../services/accounts/audit.contract.ts";
import type { Move } from "../../services/operations/move.contract.ts";
import { asked, closeAll, folderFor, type Moving, openHouse } from "./houses.ts";

type Verified = z.output<typeof verify.result>;

const secret = randomBytes(32).toString("base64");
const everySecond = { AUDIT_ANCHOR_SECONDS: "1" };
const verified = async (house: Moving) =>
  (await asked<Verified>(house, "GET", "/v1/audit/verify")).json;

async function registered(house: Moving, name: string): Promise<void> {
  const person = { email: `${name}@example.com`, password: "a long and quiet river 7" };
  await asked(house, "POST", "/v1/auth/register", person, house.publicUrl);
}

/** Somebody tries to sign in, which is on record. */
async function refused(house: Moving, name: string): Promise<void> {
  const email = `${name}@example.com`;
  const tried = { email, password: "a wrong one", device: `device-of-somebody-${name}` };
  const { status } = await asked(house, "POST", "/v1/auth/sign-in", tried, house.publicUrl);
  if (status !== 401) throw new Error(`It was to be refused: ${status}`);
}

/** Waits until that many entries are there, and some of them anchored. */
async function anchored(house: Moving, entries: number): Promise<Verified> {
  for (let left = 100; ; left--) {
    const found = await verified(house);
    if ((found.entries >= entries && found.anchors > 0) || left === 0) return found;
    await wait(100);
  }
}

let file: string;
let before: Verified;

beforeAll(async () => {
  const old = await openHouse({ HOUSE_SECRET: secret, ...everySecond });
  await registered(old, "ann");
  await anchored(old, 1);
  await registered(old, "bob");
  before = await anchored(old, 2);
  // It goes on meanwhile, and anchors.
  const tries = Promise.all(["ann", "bob", "ann", "bob"].map((name) => refused(old, name)));
  file = join(await folderFor("archive"), "house.tar");
  const { code, stdout } = await old.bijou("backup", file);
  if (code !== 0) throw new Error(stdout);
  await tries;
  await old.close();
}, 60_000);
afterAll(closeAll, 60_000);

test("they go along, and hold in a house of the same secret, also when it goes on", async () => {
  const folder = await folderFor("next");
  const env = { HOUSE_SECRET: secret, ...everySecond };
  const next = await openHouse(env, folder);
  const { code } = await next.bijou("restore", file);
  const restored = await verified(next);
  await next.close();
  const again = await openHouse(env, folder);
  await registered(again, "fay");
  const later = await anchored(again, restored.entries + 1);

  expect([code, before.faults, restored.faults, later.faults]).toEqual([0, [], [], []]);
  expect(restored.anchors).toBeGreaterThan(0);
  expect(restored.entries).toBeGreaterThanOrEqual(2);
  await again.close();
});

test("in a house of another secret it is said that they are of another, and what to do", async () => {
  const next = await openHouse({ HOUSE_SECRET: randomBytes(32).toString("base64") });

  const { json } = await next.bijou("restore", file);
  const { faults, entries } = await verified(next);
  const told = await next.bijou("audit", "verify");

  expect((json() as Move).notes.join()).toMatch(/secrets.*audit/);
  expect(entries).toBeGreaterThanOrEqual(2);
  expect(faults).toMatchObject([{ account: null, fault: "anchor of another secret" }]);
  expect(faults[0]?.object).toContain("audit/anchors/");
  expect(told.code).toBe(1);
  await next.close();
});

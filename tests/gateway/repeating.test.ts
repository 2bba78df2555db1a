/** Idempotency keys at a door, over the actor that remembers answers on disk. */
import { hash } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { ServiceSchema } from "moleculer";
import { z } from "zod";
import { action } from "../../services/shared/contract.ts";
import { wiring } from "../../services/shared/wire.ts";
import { askAt, closeHouses, openHouse } from "./house.ts";

const folder = mkdtempSync(join(tmpdir(), "bijou-repeating-"));
process.env.DATA_DIR = folder;
const { default: answers } = await import("../../services/operations/answers.service.ts");
const { ledgerOf } = await import("../../services/gateway/opening.ts");
afterAll(async () => {
  await closeHouses();
  rmSync(folder, { recursive: true });
});

const opens = { public: "guest" } as const;
const buy = action(
  "orders.buy",
  z.strictObject({ what: z.string() }),
  z.strictObject({ n: z.int() }),
  {
    summary: "Buys.",
    route: "POST /v1/orders",
    status: 201,
    opens,
  },
);
const keyOf = z.strictObject({ accessToken: z.string() });
const open = action("orders.open", z.strictObject({ what: z.string() }), keyOf, {
  summary: "Opens a safe.",
  route: "POST /v1/safe",
  opens,
});
const { serve } = wiring();
let bought = 0;
const orders: ServiceSchema = {
  name: "orders",
  actions: {
    ...serve(buy, async ({ params: { what } }) => {
      await new Promise((resolve) => setTimeout(resolve, 30));
      if (what === "nothing")
        throw Object.assign(new Error("no"), { type: "PARAMS_INVALID", code: 422 });
      return { n: ++bought };
    }),
    ...serve(open, () => ({ accessToken: `canary-${++bought}` })),
  },
};

async function house() {
  const { broker, server } = await openHouse({
    contracts: [buy, open],
    services: [orders, answers as ServiceSchema],
    ledger: ledgerOf,
    recognise: ({ headers }) => {
      return { id: String(headers["x-user"] ?? "ann"), role: "viewer", door: "public" };
    },
  });
  const ask = askAt(server);
  const post = (key: string | undefined, what = "a ticket", path = "/v1/orders", user = "ann") =>
    ask(path, {
      method: "POST",
      headers: {
        "content-type": "application/json",
        "x-user": user,
        ...(key === undefined ? {} : { "idempotency-key": key }),
      },
      body: JSON.stringify({ what }),
    });
  return { broker, post };
}
let door: Awaited<ReturnType<typeof house>>;
beforeAll(async () => {
  door = await house();
});

it("fifty at once are done once, and answered alike", async () => {
  const before = bought;

  const all = await Promise.all(Array.from({ length: 50 }, () => door.post("fifty")));

  expect(bought).toBe(before + 1);
  expect(new Set(all.map(({ status, text }) => `${status} ${text}`)).size).toBe(1);
  expect(all[0]?.status).toBe(201);
});

it("the same is answered later, and says so", async () => {
  const first = await door.post("later");
  const second = await door.post("later");

  expect(second.json).toEqual(first.json);
  expect([first, second].map(({ headers }) => headers["idempotency-replayed"])).toEqual([
    undefined,
    "true",
  ]);
});

it("another body under the key is 422, another person's key is their own", async () => {
  const first = await door.post("mine");
  const other = await door.post("mine", "two tickets");
  const bob = await door.post("mine", "a ticket", "/v1/orders", "bob");

  expect(other.status).toBe(422);
  expect(other.json.type).toBe("/problems/IDEMPOTENCY_KEY_REUSED");
  expect(bob.status).toBe(201);
  expect(bob.json).not.toEqual(first.json);
});

it("a refusal gives the key back", async () => {
  expect((await door.post("again", "nothing")).status).toBe(422);
  expect((await door.post("again", "a ticket")).status).toBe(201);
});

it("an answer with secrets is kept nowhere, and the act is not repeated", async () => {
  const before = bought;
  const first = await door.post("safe", "x", "/v1/safe");
  const second = await door.post("safe", "x", "/v1/safe");

  expect(first.json).toEqual({ accessToken: `canary-${before + 1}` });
  expect([second.status, second.json.type]).toEqual([409, "/problems/IDEMPOTENCY_ANSWER_NOT_KEPT"]);
  expect(bought).toBe(before + 1);
  expect(readFileSync(join(folder, "documents/answers.db"), "utf8")).not.toContain("canary");
});

it("what was answered is known after a restart", async () => {
  const first = await door.post("restart");
  await door.broker.stop();
  door = await house();

  const second = await door.post("restart");

  expect(second.json).toEqual(first.json);
  expect(second.headers["idempotency-replayed"]).toBe("true");
});

it("nothing is kept by which a body could be guessed, and it is told from another all the same", async () => {
  const word = "a-password-perhaps";
  const kept = () => readFileSync(join(folder, "documents/answers.db"), "utf8");
  const prints = () => new Set([...kept().matchAll(/"fingerprint":"([^"]+)"/g)].map(String)).size;
  const before = prints();
  const fast = [`/v1/orders\n{"what":"${word}"}`, `{"what":"${word}"}`, word];

  const [first, twin] = [await door.post("sealed", word), await door.post("twin", word)];
  const again = await door.post("sealed", word);
  const other = await door.post("sealed", `${word}s`);

  expect([first, twin, again, other].map(({ status }) => status)).toEqual([201, 201, 201, 422]);
  for (const text of fast)
    for (const code of ["base64url", "hex", "base64"] as const)
      expect(kept()).not.toContain(hash("sha256", text, code));
  // Nor do two keys show that their bodies were alike.
  expect(prints() - before).toBe(2);
  expect(kept()).not.toContain(word);
});

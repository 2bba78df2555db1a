import * as rules from "./account.ts";

const now = "2026-01-01T00:00:00.000Z";
const later = "2026-01-02T00:00:00.000Z";
const fresh = () => rules.newAccount("id", "jane@example.org", "en");
const code = (kind: rules.Code["kind"], hash: string, more = {}): rules.Code => ({
  kind,
  hash,
  until: later,
  ...more,
});

test("two spellings of an e-mail are one", () => {
  expect(rules.emailOf(" Jane@Example.ORG ")).toBe("jane@example.org");
});

test("the password of a registration counts when its own letter is answered", () => {
  const mine = code("verify", "mine", { password: "phc-mine" });
  const strangers = code("verify", "strangers", { password: "phc-strangers" });
  const account = rules.withCode(rules.withCode(fresh(), strangers, now), mine, now);

  const after = rules.verified(account, mine);

  expect(account.password).toBeUndefined();
  expect(after).toMatchObject({ status: "active", password: "phc-mine", codes: [] });
});

test("a code lasts until its time and for its purpose", () => {
  const account = rules.withCode(fresh(), code("reset", "h"), now);

  expect(rules.codeOf(account, "h", ["reset"], now)).toBeDefined();
  expect(rules.codeOf(account, "h", ["verify", "email"], now)).toBeUndefined();
  expect(rules.codeOf(account, "h", ["reset"], later)).toBeUndefined();
});

test("of a kind the last five codes stay", () => {
  let account = rules.withCode(fresh(), code("reset", "r"), now);
  for (let i = 0; i < 7; i++) account = rules.withCode(account, code("verify", `v${i}`), now);

  expect(account.codes.map(({ hash }) => hash)).toEqual(["r", "v2", "v3", "v4", "v5", "v6"]);
});

test("a new e-mail takes the place of the old one when its code is shown", () => {
  const change = code("email", "h", { email: "new@example.org" });
  const account = rules.withCode({ ...fresh(), status: "suspended" }, change, now);

  expect(rules.verified(account, change)).toMatchObject({
    email: "new@example.org",
    status: "suspended",
    codes: [],
  });
});

test("a reset uses up every code", () => {
  const account = rules.withCode(fresh(), code("verify", "v", { password: "old" }), now);

  expect(rules.withPassword(account, "new")).toMatchObject({
    password: "new",
    codes: [],
    status: "active",
  });
});

test("remembers the last twenty devices as hashes", () => {
  let account = fresh();
  for (let i = 0; i < 25; i++) account = rules.seenOn(account, `device-${i}`);

  expect(account.devices).toHaveLength(20);
  expect(rules.knows(account, "device-24")).toBe(true);
  expect(rules.knows(account, "device-4")).toBe(false);
  expect(JSON.stringify(account)).not.toContain("device-24");
  expect(rules.seenOn(account, "device-24")).toBe(account);
});

test("a provider goes where another way to sign in is left", () => {
  const account = { ...fresh(), identities: ["one|a", "one|b", "other|c"] };

  expect(rules.unlinked(account, "one")?.identities).toEqual(["other|c"]);
  expect(rules.unlinked({ ...account, identities: ["one|a"] }, "one")).toBeUndefined();
  expect(
    rules.unlinked({ ...account, identities: ["one|a"], password: "phc" }, "one")?.identities,
  ).toEqual([]);
});

test("a code says when the account is to be looked at, the earliest first", () => {
  const code = (until: string) => ({ kind: "reset" as const, hash: until, until });
  const one = rules.withCode(fresh(), code("2026-03-01"), "2026-01-01");

  expect(one.tidyAt).toBe("2026-03-01");
  expect(rules.withCode(one, code("2026-02-01"), "2026-01-01").tidyAt).toBe("2026-02-01");
  expect(rules.withCode(one, code("2026-04-01"), "2026-01-01").tidyAt).toBe("2026-03-01");
});

test("erased keeps nothing that says whose it was", () => {
  const account = { ...fresh(), password: "phc", identities: ["p|s"], devices: ["d"] };

  expect(rules.erased(account)).toEqual({
    id: "id",
    status: "erased",
    language: "en",
    roles: [],
    identities: [],
    codes: [],
    devices: [],
  });
});

test("admins and operators are an admin's business", () => {
  expect(rules.isBeyond(["seller"], ["operator"])).toBe(false);
  expect(rules.isBeyond(["operator"], ["operator"])).toBe(true);
  expect(rules.isBeyond(["admin", "viewer"], ["admin"])).toBe(false);
});

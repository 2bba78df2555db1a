/** Accounts, sign-in, audit and letters, against a door that speaks the contracts. */
import { readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { aProblem, type FakeDoor, fakeDoor, token } from "./fake-door.ts";
import { bijou, type World, world } from "./run.ts";

const id = "0192f3a0-7c1e-7b60-9d55-3a1c0f7e2b12";
const session = "0192f3a0-7c1e-7b60-9d55-3a1c0f7e2b13";
const account = {
  id,
  email: "ann@b.example",
  status: "active",
  roles: ["admin"],
  language: "en",
  password: true,
  secondFactor: false,
  backupCodes: 0,
  providers: [],
  suspended: null,
  createdAt: "2026-01-01T00:00:00.000Z",
};
const entry = {
  id: "e1",
  account: id,
  number: 1,
  act: "signed in",
  at: "2026-01-01T00:00:00.000Z",
  by: id,
  actor: null,
  session: null,
  facts: {},
  personal: {},
  hash: "h",
};
const letter = {
  id: "m1",
  time: "2026-01-01T00:00:00.000Z",
  to: "ann@b.example",
  template: "verifyEmail",
  language: "en",
  subject: "Verify your e-mail\u001b[31m",
  account: null,
};
const whole = { entries: 1, accounts: 1, anchors: 1, erased: 0, faults: [] };
const tokens = (expiresIn: number) => ({
  accessToken: token,
  tokenType: "Bearer",
  expiresIn,
  refreshToken: "refresh-1",
  session,
});

let door: FakeDoor;
let here: World;
const open = async (answers: Parameters<typeof fakeDoor>[0]) => {
  door = await fakeDoor(answers);
  here = await world({ BIJOU_URL: door.url });
};
afterEach(async () => {
  await door.close();
  await here.close();
});
const bodyOf = (n = 0) => JSON.parse(String(door.asked[n]?.body));

describe("accounts", () => {
  test("the first admin is made with a password from stdin, and told what to do next", async () => {
    await open({ "POST /v1/accounts": () => ({ status: 201, body: account }) });

    const argv = ["accounts", "create", "ann@b.example", "--role", "admin", "--password-stdin"];
    const made = await bijou(here, argv, { stdin: ["a long password\n"] });

    expect(made).toMatchObject({ code: 0, stderr: "" });
    expect(made.stdout).toContain("next:  bijou login ann@b.example");
    expect(made.stdout).not.toContain("a long password");
    expect(bodyOf()).toEqual({
      email: "ann@b.example",
      roles: ["admin"],
      password: "a long password",
    });
  });

  test("are listed, shown, suspended with a reason, and restored", async () => {
    await open({
      "GET /v1/accounts": () => ({ body: { items: [account], next: "c" } }),
      [`GET /v1/accounts/${id}`]: () => ({ body: account }),
      [`POST /v1/accounts/${id}/suspend`]: () => ({
        body: { ...account, status: "suspended", suspended: { reason: "spam", at: letter.time } },
      }),
      [`POST /v1/accounts/${id}/restore`]: () => ({ body: account }),
    });

    const listed = await bijou(here, ["accounts", "list", "--role", "admin"]);
    const shown = await bijou(here, ["accounts", "show", id, "--json"]);
    const suspended = await bijou(here, ["accounts", "suspend", id, "--reason", "spam"]);
    const restored = await bijou(here, ["accounts", "restore", id, "--reason", "a mistake"]);
    const silent = await bijou(here, ["accounts", "suspend", id]);

    expect(listed.stdout).toContain("more with --cursor c");
    expect(door.asked[0]?.query.get("role")).toBe("admin");
    expect(shown.json()).toEqual(account);
    expect(suspended.stdout).toContain("2026-01-01 00:00: spam");
    expect(restored.code).toBe(0);
    expect(silent).toMatchObject({ code: 2, stdout: "" });
  });

  test("one that is not there is refused with the next step", async () => {
    await open({
      [`GET /v1/accounts/${id}`]: () => aProblem(404, "ACCOUNT_NOT_FOUND", "There is none."),
    });

    const ran = await bijou(here, ["accounts", "show", id]);

    expect(ran.code).toBe(1);
    expect(ran.stderr).toContain("next:  bijou accounts list");
  });
});

describe("audit", () => {
  test("is listed; one that holds ends with 0, one that does not with 1", async () => {
    const object = "audit/anchors/w";
    const faults = [
      { account: id, number: 2, fault: "missing" },
      { account: null, number: 1, fault: "anchor of another secret", object },
    ];
    await open({
      "GET /v1/audit": () => ({ body: { items: [entry], next: null } }),
      "GET /v1/audit/verify": ({ query }) => ({
        body: query.has("account") ? { ...whole, faults } : whole,
      }),
    });

    const listed = await bijou(here, ["audit", "list", "--account", id]);
    const good = await bijou(here, ["audit", "verify"]);
    const bad = await bijou(here, ["audit", "verify", "--account", id]);

    expect(listed.stdout).toContain("signed in");
    expect(good).toMatchObject({ code: 0 });
    expect(good.stdout).toContain("whole: 1 entries");
    expect(bad.code).toBe(1);
    expect(bad.stdout).toMatch(
      /broken.*\n.*2 missing\n *audit\/anchors\/w 1 anchor of another secret\nnext: .*secrets\/audit.*\nnext: /,
    );
  });
});

describe("mail", () => {
  test("is listed and shown, without what would move the cursor", async () => {
    await open({
      "GET /v1/mail": () => ({ body: { items: [letter], next: null } }),
      "GET /v1/mail/m1": () => ({ body: { ...letter, text: "Code:\n\n12345678\n" } }),
    });

    const listed = await bijou(here, ["mail", "list", "--to", "ann@b.example"]);
    const shown = await bijou(here, ["mail", "show", "m1"]);

    expect(listed.stdout).toContain("Verify your e-mail");
    expect(`${listed.stdout}${shown.stdout}`).not.toContain("\u001b");
    expect(shown.stdout).toMatch(/Code:\n\n12345678\n$/);
  });
});

describe("login", () => {
  const login = (stdin: string[], argv: string[] = []) =>
    bijou(here, ["login", "ann@b.example", ...argv], { stdin });
  const config = async () =>
    JSON.parse(await readFile(join(here.cwd, "config/bijou/config.json"), "utf8"));
  /** Without a token of its own, and without an address but the one that login kept. */
  const alone = () => {
    here.env = { XDG_CONFIG_HOME: here.env.XDG_CONFIG_HOME, DATA_DIR: here.cwd };
  };
  const open2 = (answers: Parameters<typeof fakeDoor>[0]) =>
    open({ "GET /v1/accounts": () => ({ body: { items: [], next: null } }), ...answers });

  test("keeps a session for the owner's eyes, and later commands use it", async () => {
    await open2({ "POST /v1/auth/sign-in": () => ({ body: tokens(600) }) });

    const ran = await login(["secret\n"]);
    alone();
    const listed = await bijou(here, ["accounts", "list"]);

    expect(ran).toMatchObject({ code: 0, stderr: "" });
    expect(`${ran.stdout}${JSON.stringify(await config())}`).not.toContain("secret");
    expect((await stat(join(here.cwd, "config/bijou/config.json"))).mode & 0o777).toBe(0o600);
    expect(bodyOf()).toMatchObject({ email: "ann@b.example", password: "secret" });
    expect(listed.code).toBe(0);
    expect(door.asked.at(-1)?.headers.authorization).toBe(`Bearer ${token}`);
  });

  test("asks for the second factor where one is wanted", async () => {
    await open2({
      "POST /v1/auth/sign-in": () => ({ body: { challenge: "c1", expiresIn: 60 } }),
      "POST /v1/auth/sign-in/factor": () => ({ body: tokens(600) }),
    });

    const ran = await login(["secret\n", "123456\n"]);

    expect(ran.code).toBe(0);
    expect(bodyOf(1)).toMatchObject({ challenge: "c1", code: "123456" });
    expect(bodyOf(1).device).toBe(bodyOf(0).device);
  });

  test("renews an access token that is about to end, with the same device", async () => {
    await open2({
      "POST /v1/auth/sign-in": () => ({ body: tokens(5) }),
      "POST /v1/auth/refresh": () => ({ body: { ...tokens(600), refreshToken: "refresh-2" } }),
    });
    await login(["secret\n"]);
    alone();

    await bijou(here, ["accounts", "list"]);
    await bijou(here, ["accounts", "list"]);

    const asked = door.asked.map(({ path }) => path);
    expect(asked.filter((path) => path === "/v1/auth/refresh")).toHaveLength(1);
    expect(bodyOf(1)).toEqual({ refreshToken: "refresh-1", device: bodyOf(0).device });
    expect((await config()).contexts.home.session.refreshToken).toBe("refresh-2");
  });

  test("a session that has ended says how to begin another", async () => {
    await open2({
      "POST /v1/auth/sign-in": () => ({ body: tokens(5) }),
      "POST /v1/auth/refresh": () => aProblem(401, "REFRESH_REFUSED", "It has ended."),
    });
    await login(["secret\n"]);
    alone();

    const ran = await bijou(here, ["accounts", "list"]);

    expect(ran.code).toBe(1);
    expect(ran.stderr).toMatch(/next: {2}Sign in again: bijou login/);
  });

  test("a wrong password, and a pipe without one, are told apart", async () => {
    await open2({
      "POST /v1/auth/sign-in": () => aProblem(401, "SIGN_IN_REFUSED", "It is wrong."),
    });

    expect((await login(["wrong\n"])).code).toBe(1);
    expect(await login([])).toMatchObject({ code: 2 });
  });

  test("logout ends the session here, and there if the house answers", async () => {
    await open2({
      "POST /v1/auth/sign-in": () => ({ body: tokens(600) }),
      "POST /v1/auth/sign-out": () => ({ body: { ended: 1 } }),
    });
    const before = await bijou(here, ["logout"]);
    await login(["secret\n"]);
    alone();

    const ran = await bijou(here, ["logout"]);
    const again = await bijou(here, ["logout"]);

    expect(before).toMatchObject({ code: 0, stdout: "There was no session.\n" });
    expect(ran).toMatchObject({ code: 0, stdout: "Signed out.\n" });
    expect(again.stdout).toBe("There was no session.\n");
    expect((await config()).contexts.home.session).toBeUndefined();
    expect(door.asked.at(-1)?.path).toBe("/v1/auth/sign-out");
  });
});

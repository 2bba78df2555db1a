import * as apikeys from "../../services/access/apikeys.contract.ts";
import * as sessions from "../../services/access/sessions.contract.ts";
import type { AccountRole } from "../../services/accounts/account.contract.ts";
import { answered, erased } from "../../services/accounts/accounts.contract.ts";
import * as audit from "../../services/accounts/audit.contract.ts";
import * as auth from "../../services/accounts/auth.contract.ts";
import type { AuthService } from "../../services/accounts/auth.store.ts";
import * as support from "../../services/accounts/support.contract.ts";
import { clock } from "../../services/shared/clock.ts";
import type { Meta } from "../../services/shared/contract.ts";
import { message } from "../../services/shared/message.ts";
import { soon } from "../house/soon.ts";
import { Client, type House, openHouse, password, refusal, signedIn, tidyUp } from "./house.ts";

let house: House;
beforeAll(async () => {
  house = await openHouse();
});
afterEach(() => clock.set());
afterAll(async () => {
  await house.stop();
  await tidyUp();
});

/** Who shows the operator token. */
const token: Meta = { caller: { id: "operator", role: "operator", door: "admin" } };
const created = async (email: string, roles: AccountRole[], meta = token) => {
  const account = await house.ask(support.create, { email, password, roles }, meta);
  const client = new Client(house);
  await client.signIn(email);
  return { account, client };
};

test("the operator token makes the first admin, and no second one", async () => {
  const byLetter = { email: "letter@example.org", roles: ["admin" as const] };
  await house.ask(support.create, byLetter, token);
  // Nobody has set a password yet: who would be locked out could not mend it.
  expect(await house.ask(support.admins, {})).toEqual({ count: 0 });
  const { client } = await created("admin@example.org", ["admin"]);
  expect(await house.ask(support.admins, {})).toEqual({ count: 1 });

  const again = house.ask(
    support.create,
    { email: "b@example.org", password, roles: ["admin"] },
    token,
  );
  expect(await refusal(again)).toBe("ROLE_BEYOND");

  const second = { email: "second@example.org", password, roles: ["admin"] as AccountRole[] };
  expect(await client.ask(support.create, second, "admin")).toMatchObject({ status: "active" });
  const twice = client.ask(support.create, second, "admin");
  expect(await refusal(twice)).toBe("EMAIL_TAKEN");
});

const admin = async () => {
  const client = new Client(house);
  await client.signIn("admin@example.org");
  return client;
};

test("an account without a password gets a letter that asks for one", async () => {
  const boss = await admin();
  const email = "invited@example.org";
  await boss.ask(support.create, { email, roles: ["moderator"] }, "admin");

  await house.guest()(auth.reset, { code: await house.codeFor(email, "resetPassword"), password });

  const client = new Client(house);
  await client.signIn(email);
  expect((await client.ask(auth.me, {}, "admin")).roles).toEqual(["moderator"]);
});

test.each<[AccountRole, string[]]>([
  ["viewer", ["public"]],
  ["seller", ["public", "seller"]],
  ["courier", ["public", "logistics"]],
  ["moderator", ["public", "admin"]],
  ["operator", ["public", "seller", "logistics", "admin"]],
])("a %s is let in at %j", async (role, doors) => {
  const boss = await admin();
  const email = `${role}-doors@example.org`;
  await boss.ask(support.create, { email, password, roles: [role] }, "admin");
  const client = new Client(house);
  await client.signIn(email);

  for (const door of ["public", "seller", "logistics", "admin"] as const) {
    expect(await refusal(client.caller(door))).toBe(
      doors.includes(door) ? "done" : "TOKEN_INVALID",
    );
  }
});

test("accounts are listed by e-mail, role and status, page by page", async () => {
  const boss = await admin();
  const one = await boss.ask(support.list, { email: "Seller-Doors@example.org" }, "admin");
  const first = await boss.ask(support.list, { limit: 2 }, "admin");
  const next = await boss.ask(support.list, { limit: 2, cursor: first.next ?? "" }, "admin");

  expect(one.items.map(({ roles }) => roles)).toEqual([["seller"]]);
  expect((await boss.ask(support.list, { role: "courier" }, "admin")).items).toHaveLength(1);
  expect((await boss.ask(support.list, { status: "suspended" }, "admin")).items).toEqual([]);
  expect(new Set([...first.items, ...next.items].map(({ id }) => id)).size).toBe(4);
});

test("who has just become an admin is no longer an operator's to suspend", async () => {
  const boss = await admin();
  const email = "helper@example.org";
  await boss.ask(support.create, { email, password, roles: ["operator"] }, "admin");
  const helper = new Client(house);
  await helper.signIn(email);
  const { id } = await signedIn(house);
  const { store } = house.actor<AuthService>("auth");
  const get = store.get.bind(store);
  // The roles change between the look at them and the write.
  store.get = async (given) => {
    const seen = await get(given);
    if (given !== id) return seen;
    store.get = get;
    await boss.ask(support.setRoles, { id, roles: ["admin"] }, "admin");
    return seen;
  };

  const said = await refusal(helper.ask(support.suspend, { id, reason: "rivalry" }, "admin"));

  expect(said).toBe("ROLE_BEYOND");
  expect((await boss.ask(support.show, { id }, "admin")).status).toBe("active");
});

test("a suspended account is out at once and stays out until it is restored", async () => {
  const boss = await admin();
  const { client, email, id } = await signedIn(house);
  const { key } = await client.ask(apikeys.create, { name: "x", roles: ["viewer"] });

  await boss.ask(support.suspend, { id, reason: "fraud" }, "admin");

  expect(await refusal(client.ask(auth.me, {}))).toBe("TOKEN_INVALID");
  expect(await refusal(client.refresh())).toBe("REFRESH_REFUSED");
  expect(await refusal(client.signIn(email))).toBe("ACCOUNT_SUSPENDED");
  expect(await refusal(client.signIn(email, "wrong password"))).toBe("SIGN_IN_REFUSED");
  expect(await refusal(house.ask(apikeys.check, { key }))).toBe("API_KEY_REFUSED");
  const shown = await boss.ask(support.show, { id }, "admin");
  expect(shown.suspended?.reason).toBe("fraud");
  await boss.ask(support.restore, { id, reason: "mistake" }, "admin");
  expect(await client.signIn(email)).toHaveProperty("session");
});

test("other roles make old access tokens useless, and the next ones right", async () => {
  const boss = await admin();
  const { client, id } = await signedIn(house);

  await boss.ask(support.setRoles, { id, roles: ["viewer", "seller"] }, "admin");

  expect(await refusal(client.caller())).toBe("TOKEN_INVALID");
  await client.refresh();
  expect(await client.caller("seller")).toMatchObject({
    role: "seller",
    roles: ["viewer", "seller"],
  });
});

test("tokens of the moment in which roles change are good where they are of the new ones", async () => {
  const boss = await admin();
  const { client, id } = await signedIn(house);
  clock.set(Date.now());

  await boss.ask(support.setRoles, { id, roles: ["seller"] }, "admin");

  expect(await refusal(client.caller())).toBe("TOKEN_INVALID");
  await client.refresh();
  expect((await client.caller("seller")).roles).toEqual(["seller"]);
});

test("an operator does not touch admins and operators", async () => {
  const boss = await admin();
  const { id } = await boss.caller();
  const { client } = await (async () => {
    const email = "op@example.org";
    await boss.ask(support.create, { email, password, roles: ["operator"] }, "admin");
    const one = new Client(house);
    await one.signIn(email);
    return { client: one };
  })();
  const mine = (await client.caller()).id;
  const reason = "because";

  for (const work of [
    client.ask(support.suspend, { id, reason }, "admin"),
    client.ask(support.impersonate, { id, reason }, "admin"),
    client.ask(support.setRoles, { id: mine, roles: ["admin"] }, "admin"),
    client.ask(support.create, { email: "c@example.org", password, roles: ["operator"] }, "admin"),
  ]) {
    expect(await refusal(work)).toBe("ROLE_BEYOND");
  }
});

describe("acting as somebody", () => {
  test("is short, visible and on record, and cannot do what is dangerous", async () => {
    const boss = await admin();
    const { client, id } = await signedIn(house);
    const reason = "ticket 17: cannot find her films";

    const { accessToken } = await boss.ask(support.impersonate, { id, reason }, "admin");

    const { caller } = await house.verifier.verify(accessToken, { audience: "public" });
    const actor = (await boss.caller()).id;
    expect(caller).toMatchObject({ id, actor, role: "viewer" });
    expect(caller.stepUpAt).toBeUndefined();
    const meta = { caller };
    expect(await house.ask(auth.me, {}, meta)).toMatchObject({ id });
    for (const work of [
      house.ask(auth.changePassword, { current: password, password: "another 1931" }, meta),
      house.ask(auth.stepUp, { password }, meta),
      house.ask(auth.changeEmail, { email: "mine@example.org" }, meta),
      house.ask(support.beginFactor, {}, meta),
      house.ask(apikeys.create, { name: "x", roles: ["viewer"] }, meta),
      house.ask(sessions.signOutAll, {}, meta),
    ]) {
      expect(await refusal(work)).toBe("STAND_IN_REFUSED");
    }
    const { items } = await client.ask(sessions.list, {});
    expect(items.find((one) => one.actor)).toMatchObject({ actor, deviceName: "Support" });
    const record = await soon(
      () => client.ask(audit.mine, {}),
      (page) => page.items.some(({ act }) => act === "acted for"),
    );
    expect(record.items.find(({ act }) => act === "acted for")).toMatchObject({
      by: actor,
      actor,
      facts: { reason },
    });
  });

  test("ends when its owner ends it, and at no door but the public one", async () => {
    const boss = await admin();
    const { client, id } = await signedIn(house);
    const { accessToken } = await boss.ask(support.impersonate, { id, reason: "x" }, "admin");
    const shown = (audience: "public" | "admin") =>
      refusal(house.verifier.verify(accessToken, { audience }));

    expect(await shown("admin")).toBe("TOKEN_INVALID");
    const { items } = await client.ask(sessions.list, {});
    await client.ask(sessions.revoke, { id: items.find((one) => one.actor)?.id ?? "" });

    expect(await shown("public")).toBe("TOKEN_INVALID");
  });
});

describe("API keys", () => {
  const seller = async () => {
    const boss = await admin();
    const one = await signedIn(house);
    await boss.ask(support.setRoles, { id: one.id, roles: ["viewer", "seller"] }, "admin");
    await one.client.refresh();
    return { ...one, boss };
  };
  const check = (key: string) => house.ask(apikeys.check, { key });

  test("are shown once, may what they name, and are kept as hashes", async () => {
    const { client, id } = await seller();
    const wanted = { name: "stock", roles: ["seller" as const], actions: ["products.*"] };
    const { key, about } = await client.ask(apikeys.create, wanted);

    expect(await check(key)).toEqual({
      id: about.id,
      account: id,
      roles: ["seller"],
      actions: ["products.*"],
    });
    expect(key.startsWith(about.prefix)).toBe(true);
    const { store } = house.actor<{ store: { get(id: string): Promise<object> } }>("apikeys");
    expect(JSON.stringify(await store.get(about.id))).not.toContain(key.slice(12));
    const { items } = await client.ask(apikeys.list, {});
    expect(items[0]?.lastUsedAt).not.toBeNull();
    expect(await refusal(check(`${key}x`))).toBe("API_KEY_REFUSED");
  });

  test("never may more than their account, also when that comes to have less", async () => {
    const { client, id, boss } = await seller();
    const beyond = client.ask(apikeys.create, { name: "x", roles: ["admin"] });
    expect(await refusal(beyond)).toBe("API_KEY_SCOPE_REFUSED");
    const { key } = await client.ask(apikeys.create, { name: "x", roles: ["seller"] });

    await boss.ask(support.setRoles, { id, roles: ["viewer"] }, "admin");

    expect(await refusal(check(key))).toBe("API_KEY_REFUSED");
  });

  test("rotate with an overlap, and end at once when revoked", async () => {
    const { client } = await seller();
    const start = Date.now();
    clock.set(start);
    const first = await client.ask(apikeys.create, { name: "x", roles: ["viewer"] });
    const { id } = first.about;
    const second = await client.ask(apikeys.rotate, { id, overlapHours: 1 });

    expect([await refusal(check(first.key)), await refusal(check(second.key))]).toEqual([
      "done",
      "done",
    ]);
    clock.set(start + 3_600_000);
    expect(await refusal(check(first.key))).toBe("API_KEY_REFUSED");
    expect(await refusal(check(second.key))).toBe("done");
    clock.set(start);
    await client.ask(apikeys.revoke, { id });
    expect(await refusal(check(second.key))).toBe("API_KEY_REFUSED");
    expect((await client.ask(apikeys.list, {})).items).toEqual([]);
  });

  test("end by themselves, are twenty at most, and nobody else's", async () => {
    const { client } = await seller();
    const start = Date.now();
    clock.set(start);
    const { key, about } = await client.ask(apikeys.create, {
      name: "x",
      roles: ["viewer"],
      days: 1,
    });
    const other = await signedIn(house);
    expect(await refusal(other.client.ask(apikeys.revoke, { id: about.id }))).toBe(
      "API_KEY_NOT_FOUND",
    );

    const more = await Promise.all(
      Array.from({ length: 22 }, () =>
        refusal(client.ask(apikeys.create, { name: "y", roles: ["viewer"] })),
      ),
    );

    expect(more.filter((answer) => answer === "done")).toHaveLength(19);
    clock.set(start + 86_400_000);
    expect(await refusal(check(key))).toBe("API_KEY_REFUSED");
  });
});

test("whoever is erased leaves nothing but the record, and every actor says so", async () => {
  const { client, id, email } = await signedIn(house);
  const { key } = await client.ask(apikeys.create, { name: "x", roles: ["viewer"] });
  const personal = async (name: string) =>
    (await house.broker.call(`${name}.personal`, { id })) as { data: unknown };
  for (const name of ["auth", "sessions", "apikeys"]) {
    expect((await personal(name)).data).not.toBeNull();
  }
  await soon(
    () => personal("audit"),
    ({ data }) => data !== null,
  );

  const broker = house.broker as unknown as {
    sendToChannel(name: string, message: object): Promise<void>;
    channelAdapter: unknown;
  };
  await broker.sendToChannel(erased.name, message(erased, { id }));

  const left = await soon(
    async () => JSON.stringify(await Promise.all(["auth", "audit"].map(personal))),
    (text) => !text.includes(email) && !text.includes("192.0.2.1"),
  );
  expect(left).not.toContain(email);
  expect(left).not.toContain("192.0.2.1");
  expect(await refusal(client.refresh())).toBe("REFRESH_REFUSED");
  await soon(
    () => refusal(house.ask(apikeys.check, { key })),
    (type) => type !== "done",
  );
  expect(await refusal(client.signIn(email))).toBe("SIGN_IN_REFUSED");
  expect(await house.ask(audit.verify, { account: id })).toMatchObject({ faults: [] });
  expect(answered.name).toBe("users.answered.v1");
});

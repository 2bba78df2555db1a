/** Every role at every door, over HTTP with real accounts: what the contracts say, and nothing else. */
import { actions } from "../../services/contracts.ts";
import { roles, tableOf } from "../../services/gateway/roles.ts";
import type { Door, Role } from "../../services/shared/contract.ts";
import { openHouse, type Place } from "./house.ts";
import { type Answer, ask } from "./http.ts";
import { made, Person } from "./people.ts";

const doors: Door[] = ["public", "seller", "logistics", "admin"];
const anyId = "0192f3a0-7c1e-7b60-9d55-3a1c0f7e2b11";
const accounts = roles.filter((role) => role !== "guest");
let place: Place;
const tokens = new Map<Role, string | undefined>();

beforeAll(async () => {
  place = await openHouse({});
  // The admin last: from then on the operator's token is void.
  for (const role of accounts.toSorted((a) => (a === "admin" ? 1 : -1))) {
    const person = await made(place, [role as never]);
    tokens.set(role, person.tokens?.accessToken);
  }
}, 60_000);
afterAll(() => place.close(), 30_000);

/** What lets nobody through: no token, another door's, a role that is not enough. */
const closed = new Set(["TOKEN_REFUSED", "TOKEN_INVALID", "ROLE_REFUSED"]);
const isOpen = ({ problem = "" }: Answer): boolean => !closed.has(problem);

const rows = tableOf(actions).filter(({ route }) => route !== "by name");

describe.each(doors)("at the %s door", (door) => {
  const paths = rows
    .filter((row) => row.door === door)
    .map(({ route, ...row }) => {
      const [method = "", pattern = ""] = route.split(" ");
      const path = pattern.replace(/\{provider\}/g, "nobody").replace(/\{\w+\}/g, anyId);
      return { ...row, method, path };
    });

  test("no role gets what is not its own", async () => {
    const found: string[] = [];
    for (const { action, method, path, may } of paths) {
      for (const role of roles.filter((one) => !may.includes(one))) {
        const token = tokens.get(role);
        const answer = await ask(place.doors[door], method, path, { token });
        if (isOpen(answer)) found.push(`${action} is open to ${role}: ${answer.status}`);
      }
    }

    expect(found).toEqual([]);
  });

  test("every role reads what is its own", async () => {
    const found: string[] = [];
    for (const { action, path, may } of paths.filter(({ method }) => method === "GET")) {
      for (const role of may.filter((one) => doorsOf(one).includes(door))) {
        const answer = await ask(place.doors[door], "GET", path, { token: tokens.get(role) });
        if (!isOpen(answer)) found.push(`${action} is closed to ${role}: ${answer.problem}`);
      }
    }

    expect(found).toEqual([]);
  });

  test("a token of a role that has no business here is of no use", async () => {
    const strangers = accounts.filter((role) => !doorsOf(role).includes(door));
    for (const role of strangers) {
      const path = "/v1/auth/account";
      const answer = await ask(place.doors[door], "GET", path, { token: tokens.get(role) });
      expect([role, answer.status, answer.problem]).toEqual([role, 401, "TOKEN_INVALID"]);
    }
  });
});

/** Where a role is of any use. */
const doorsOf = (role: Role): Door[] => {
  if (role === "admin" || role === "operator") return doors;
  const own = { moderator: "admin", seller: "seller", courier: "logistics" } as const;
  const more = (own as Partial<Record<Role, Door>>)[role];
  return role === "guest" ? doors : more ? ["public", more] : ["public"];
};

test("what is dangerous wants a fresh password of whoever may do it", async () => {
  const person = await Promise.resolve(new Person(place.doors.admin));
  const token = tokens.get("admin");
  const body = { email: person.email, password: "velvet curtain 1927", roles: ["operator"] };
  const created = await ask<{ id: string }>(place.doors.admin, "POST", "/v1/accounts", {
    token,
    body,
  });
  expect(created.status).toBe(201);
  const operator = new Person(place.doors.admin, person.email);
  await operator.signIn();
  const roles = { roles: ["viewer"] };

  const beyond = await operator.ask("PUT", `/v1/accounts/${created.json.id}/roles`, {
    body: { roles: ["admin"] },
  });

  expect([beyond.status, beyond.problem]).toEqual([403, "ROLE_BEYOND"]);
  const lowered = await ask(place.doors.admin, "PUT", `/v1/accounts/${created.json.id}/roles`, {
    token,
    body: roles,
  });
  expect(lowered.status).toBe(200);
  // Its access tokens are refused from now on; a fresh one has the roles of now.
  expect((await operator.ask("GET", "/v1/auth/account")).problem).toBe("TOKEN_INVALID");
  expect((await operator.refresh()).status).toBe(200);
  expect((await operator.ask("GET", "/v1/accounts")).problem).toBe("TOKEN_INVALID");
});

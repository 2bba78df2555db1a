/** Action × door × role: the table, and every cell of it tried. */
import { readFile } from "node:fs/promises";
import type { IncomingMessage } from "node:http";
import type { ServiceSchema } from "moleculer";
import { actions } from "../../services/contracts.ts";
import { roles, tableOf } from "../../services/gateway/roles.ts";
import { clock } from "../../services/shared/clock.ts";
import type { Caller, Door, Role } from "../../services/shared/contract.ts";
import { page, pageFile } from "./doors-page.ts";
import { askAt, closeHouses, openHouse } from "./house.ts";

afterAll(closeHouses);

const doors: Door[] = ["public", "seller", "logistics", "admin"];
/** What lets nobody through, or has nothing behind it. */
const closed = new Set([401, 403, 404, 405]);

/** Actors that answer everything, and check nothing. */
function anybody(): ServiceSchema[] {
  const names = Map.groupBy(actions, ({ name }) => name.slice(0, name.indexOf(".")));
  return [...names].map(([name, contracts]) => ({
    name,
    actions: Object.fromEntries(
      contracts.map((one) => [one.name.slice(name.length + 1), { handler: () => ({}) }]),
    ),
  }));
}

const callerOf =
  (door: Door) =>
  ({ headers }: IncomingMessage): Caller => {
    const role = String(headers["x-role"]) as Role;
    const stepUpAt = headers["x-fresh"] === undefined ? 0 : clock.now();
    return { id: `a ${role}`, role, door, session: "s", stepUpAt };
  };

const houseOf = async (door: Door) => {
  const { server } = await openHouse({
    door,
    services: anybody(),
    recognise: callerOf(door),
    byName: false,
  });
  return askAt(server);
};

test("docs/doors.md says what the contracts say", async () => {
  // When this fails: node tests/gateway/doors-page.ts
  expect(await readFile(pageFile, "utf8")).toBe(page());
});

test("a role may what is beneath it, and roles beside it nothing of each other", () => {
  const rows = tableOf([
    { name: "a.b", opens: { public: "seller" } },
    { name: "a.c", opens: { public: "viewer" } },
    { name: "a.d", opens: { public: "operator" } },
  ] as never);

  expect(rows.map(({ may }) => may)).toEqual([
    ["seller", "operator", "admin"],
    ["viewer", "moderator", "seller", "courier", "operator", "admin"],
    ["operator", "admin"],
  ]);
});

describe.each(doors)("at the %s door", (door) => {
  const paths = tableOf(actions).filter((row) => row.door === door && row.route !== "by name");

  test("every role gets what the table says, and nothing else", async () => {
    const ask = await houseOf(door);

    const found: string[] = [];
    for (const { action, route, may } of paths) {
      const [method = "", pattern = ""] = route.split(" ");
      const path = pattern.replace(/\{\w+\}/g, "0192f3a0-7c1e-7b60-9d55-3a1c0f7e2b11");
      for (const role of roles) {
        const headers = { "x-role": role, "x-fresh": "1" };
        const { status } = await ask(path, { method, headers });
        const wanted = may.includes(role) ? "open" : role === "guest" ? 401 : 403;
        const got = closed.has(status) ? status : "open";
        if (got !== wanted) found.push(`${action} as ${role}: ${got}, not ${wanted}`);
      }
    }

    expect(found).toEqual([]);
  });

  test("what is dangerous wants a step-up of everybody", async () => {
    const ask = await houseOf(door);

    for (const { route, may } of paths.filter(({ stepUp }) => stepUp)) {
      const [method = "", pattern = ""] = route.split(" ");
      const path = pattern.replace(/\{\w+\}/g, "0192f3a0-7c1e-7b60-9d55-3a1c0f7e2b11");
      for (const role of may) {
        const { status, json } = await ask(path, { method, headers: { "x-role": role } });
        expect([route, status, json.type]).toEqual([route, 403, "/problems/STEP_UP_WANTED"]);
      }
    }
  });
});

test("doors that no contract opens are up, and open nothing", async () => {
  const { server } = await openHouse({ door: "logistics", contracts: actions });
  const ask = askAt(server);

  expect((await ask("/readyz")).status).toBe(200);
  expect((await ask("/v1/films")).status).toBe(404);
});

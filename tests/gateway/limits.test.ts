/** How often one may ask, and who cannot talk oneself out of it. */
import { addressReader } from "../../mixins/limits/address.ts";
import { Limits } from "../../mixins/limits/limits.ts";
import { recognising } from "../../services/gateway/recognising.ts";
import { actors, filmId } from "./actors.ts";
import { askAt, closeHouses, openHouse } from "./house.ts";

afterAll(closeHouses);

const rates = { seconds: 60, address: 3, user: 5, key: 4 };
const path = `/v1/films/${filmId}`;

async function house(trusted: string[] = []) {
  const { server } = await openHouse({
    services: actors().services,
    limits: new Limits(rates),
    addressOf: addressReader(trusted),
    recognise: recognising("public", {
      keys: async (key, door) => {
        if (key === "wrong") throw Object.assign(new Error("no"), { type: "API_KEY_REFUSED" });
        const by = key.startsWith("key") ? { key } : {};
        return { id: key, role: "viewer", door, ...by };
      },
    }),
  });
  const ask = askAt(server);
  return async (times: number, headers: Record<string, string> = {}) => {
    const statuses: number[] = [];
    for (let i = 0; i < times; i++) statuses.push((await ask(path, { headers })).status);
    return { statuses, last: await ask(path, { headers }) };
  };
}

it("tells what is left, and when it is too much", async () => {
  const asking = await house();

  const { statuses, last } = await asking(3);

  expect(statuses).toEqual([200, 200, 200]);
  expect(last.status).toBe(429);
  expect(last.json).toMatchObject({
    type: "/problems/TOO_MANY_REQUESTS",
    data: { limit: 3, seconds: 60 },
  });
  expect(Number(last.headers["retry-after"])).toBeGreaterThan(0);
  expect(Number(last.headers["retry-after"])).toBeLessThanOrEqual(60);
});

it("says with every answer how many are left", async () => {
  const asking = await house();

  const { last } = await asking(1);

  expect(last.headers).toMatchObject({
    "ratelimit-limit": "3",
    "ratelimit-remaining": "1",
    "ratelimit-reset": expect.stringMatching(/^\d+$/),
  });
});

it("counts users and keys by themselves, and a wrong token to its address", async () => {
  const asking = await house();
  const bearer = (token: string) => ({ authorization: `Bearer ${token}` });

  expect((await asking(5, bearer("ann"))).last.status).toBe(429);
  expect((await asking(4, bearer("key-1"))).last.status).toBe(429);
  expect((await asking(0, bearer("bob"))).last.status).toBe(200);
  expect((await asking(3, bearer("wrong"))).last.status).toBe(429);
  expect((await asking(0)).last.status).toBe(429);
});

it("believes no forged address", async () => {
  const asking = await house();

  for (const forged of ["1.1.1.1", "2.2.2.2", "3.3.3.3"]) {
    await asking(0, { "x-forwarded-for": forged });
  }

  expect((await asking(0, { "x-forwarded-for": "4.4.4.4" })).last.status).toBe(429);
});

it("believes a trusted proxy, as far as it wrote itself", async () => {
  const asking = await house(["loopback"]);

  const first = await asking(3, { "x-forwarded-for": "1.1.1.1" });
  const forged = await asking(0, { "x-forwarded-for": "9.9.9.9, 1.1.1.1" });
  const other = await asking(0, { "x-forwarded-for": "2.2.2.2" });

  expect(first.last.status).toBe(429);
  expect(forged.last.status).toBe(429);
  expect(other.last.status).toBe(200);
});

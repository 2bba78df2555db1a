/** Revocations that nodes tell each other through the Redis of REDIS_URL. */
import { randomUUID } from "node:crypto";
import { Presence } from "../../mixins/redis/presence.ts";
import { type CopiesSettings, RevocationCopies } from "../../mixins/tokens/copies.ts";
import { urlOf } from "./engine-urls.ts";
import { connected, wiped } from "./redis-kit.ts";

const house = `bijou-test-${randomUUID().slice(0, 8)}`;
const client = await connected(urlOf("REDIS_URL", "a Redis").href);
const presence = new Presence(client);
afterAll(async () => {
  await wiped(client, `${house}:*`);
  presence.close();
  client.disconnect();
});

const keepMs = 60_000;
let time = 1_000_000_000;
const copies = (cache: CopiesSettings["cache"] = () => ({ client, presence })) =>
  new RevocationCopies({ cache, house, keepMs, now: () => time });
const away = () => Promise.reject(new Error("away"));

test("are known to a node that cannot ask who keeps sessions", async () => {
  const told = {
    items: [
      { session: "a", at: time, ended: true },
      { session: "b", at: time - 5, ended: false },
    ],
    next: "2026-01-01T00:00:00.000Z",
  };
  expect(await copies().revoked(undefined, async () => told)).toBe(told);
  await copies().tell([{ session: "b", at: time - 9, ended: false }]);

  const { items, next } = await copies().revoked("2026-02-02T00:00:00.000Z", away);

  expect(items.toSorted((x, y) => (x.session < y.session ? -1 : 1))).toEqual(told.items);
  // Those who keep sessions will be asked from where they were last answered.
  expect(next).toBe("2026-02-02T00:00:00.000Z");
});

test("are forgotten when no token of that time can live", async () => {
  time += keepMs + 1;

  expect((await copies().revoked(undefined, away)).items).toEqual([]);
});

test("are nobody's where there is no cache, or it is away: then what asking said is said", async () => {
  await expect(copies(() => undefined).revoked(undefined, away)).rejects.toThrow("away");

  presence.suspect();

  await expect(copies().revoked(undefined, away)).rejects.toThrow("away");
  await copies().tell([{ session: "c", at: time, ended: true }]);
});

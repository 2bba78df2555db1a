/** What accounts, sessions and keys let go of as days go by, and when links end. */
import * as apikeys from "../../services/access/apikeys.contract.ts";
import * as sessions from "../../services/access/sessions.contract.ts";
import { erased } from "../../services/accounts/accounts.contract.ts";
import * as auth from "../../services/accounts/auth.contract.ts";
import * as support from "../../services/accounts/support.contract.ts";
import { clock } from "../../services/shared/clock.ts";
import { wiring } from "../../services/shared/wire.ts";
import { soon } from "../house/soon.ts";
import type { House } from "./house.ts";

process.env.PENDING_DAYS = "3";
process.env.VERIFY_HOURS = "12";
process.env.RESET_MINUTES = "30";
process.env.SESSION_RETENTION_DAYS = "10";
const { Client, openHouse, password, refusal, signedIn, tidyUp } = await import("./house.ts");

let house: House;
const told: string[] = [];
beforeAll(async () => {
  house = await openHouse();
  const hears = wiring().follow(erased, { group: "retention" }, async ({ id }) => {
    told.push(id);
  });
  const listener = house.broker.createService({ name: "listener", channels: hears } as never);
  await house.broker.waitForServices([listener.name]);
});
afterEach(() => clock.set());
afterAll(async () => {
  await house.stop();
  await tidyUp();
});

const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;
const later = (ms: number) => clock.set(() => Date.now() + ms);

interface Kept {
  sweep(): Promise<unknown>;
  store: { find(query: object): Promise<{ items: Record<string, unknown>[] }> };
}
const sweep = (actor: string) => house.actor<Kept>(actor).sweep();
const kept = async (actor: string, where: object) =>
  (await house.actor<Kept>(actor).store.find({ where, limit: 10 })).items;
const register = (email: string) => house.guest()(auth.register, { email, password });

describe("an account that nobody verified", () => {
  test("is forgotten after its days, everywhere, and can be registered again", async () => {
    const email = "nobody@example.org";
    await register(email);
    await house.codeFor(email, "verifyEmail");
    const [{ id = "" } = {}] = (await kept("auth", { email })) as { id: string }[];

    later(3 * day - minute);
    await sweep("auth");
    expect(await kept("auth", { email })).toHaveLength(1);
    later(3 * day + minute);
    await sweep("auth");

    expect(await kept("auth", { email })).toEqual([]);
    await soon(
      () => told,
      (ids) => ids.includes(id),
    );
    later(3 * day + 2 * minute);
    await soon(
      async () => {
        await sweep("auth");
        return kept("auth", { id });
      },
      (found) => found.length === 0,
    );
    clock.set();
    await register(email);
    await house.guest()(auth.verify, { code: await house.codeFor(email) });
    expect(await new Client(house).signIn(email)).toHaveProperty("session");
  });

  test("stays as long as a code that was mailed to it is good", async () => {
    const email = "late@example.org";
    await register(email);
    await house.codeFor(email);
    later(3 * day - hour);
    await register(email);
    const code = await house.codeFor(email);
    later(3 * day + hour);
    await sweep("auth");

    await house.guest()(auth.verify, { code });

    later(30 * day);
    await sweep("auth");
    expect(await new Client(house).signIn(email)).toHaveProperty("session");
  });
});

describe("a link in a letter", () => {
  test.each([
    ["to verify an e-mail", 12 * hour, "verifyEmail"],
    ["to reset a password", 30 * minute, "resetPassword"],
  ] as const)("%s ends after its time, and says so", async (_, ms, template) => {
    const name = template.toLowerCase();
    const email = `${name}@example.org`;
    const isReset = template === "resetPassword";
    if (isReset) await signedIn(house, name);
    await (isReset ? house.guest()(auth.forgot, { email }) : register(email));
    const letter = await house.letterTo(email, template);
    const { code, minutes } = letter.data as { code: string; minutes: number };
    const use = () =>
      isReset
        ? house.guest()(auth.reset, { code, password })
        : house.guest()(auth.verify, { code });

    later(ms + 1);

    expect(minutes * minute).toBe(ms);
    expect(await refusal(use())).toBe("CODE_REFUSED");
  });

  test("lies nowhere any more once it is over, nor what it would have brought into force", async () => {
    const { client, id } = await signedIn(house);
    await client.ask(auth.changeEmail, { email: "wished-for@example.org" });
    await soon(
      () => kept("auth", { id }),
      ([account]) => JSON.stringify(account).includes("wished-for"),
    );
    await client.ask(support.beginFactor, {});

    later(31 * minute);
    await sweep("auth");

    // What is still to be told of it is told first.
    const [account] = await soon(
      () => kept("auth", { id }),
      ([one]) => !JSON.stringify(one).includes('"outbox"'),
    );
    const text = JSON.stringify(account);
    expect(text).toContain('"codes":[]');
    expect(text).not.toContain("wished-for");
    expect(text).not.toContain("begun");
  });
});

test("sessions that ended are remembered for their days, and those that live are left alone", async () => {
  const [over, living] = [await signedIn(house), await signedIn(house)];
  await over.client.ask(sessions.signOut, {});

  later(10 * day - hour);
  await sweep("sessions");
  expect(await kept("sessions", { account: over.id })).toHaveLength(1);
  later(10 * day + hour);
  await sweep("sessions");

  expect(await kept("sessions", { account: over.id })).toEqual([]);
  expect(await kept("sessions", { account: living.id })).toHaveLength(1);
  later(60 * day);
  await sweep("sessions");
  expect(await kept("sessions", { account: living.id })).toEqual([]);
});

test("API keys that were revoked or ended are remembered for the same days", async () => {
  const { client, id } = await signedIn(house);
  const make = (days?: number) =>
    client.ask(apikeys.create, { name: "a key", roles: ["viewer"], ...(days ? { days } : {}) });
  const [revoked, short, lasting] = [await make(), await make(1), await make()];
  await client.ask(apikeys.revoke, { id: revoked.about.id });

  later(10 * day + hour);
  await sweep("apikeys");
  const names = async () => (await kept("apikeys", { account: id })).map((key) => key.id);
  expect(await names()).toEqual([short.about.id, lasting.about.id].toSorted());
  later(11 * day + hour);
  await sweep("apikeys");

  expect(await names()).toEqual([lasting.about.id]);
});

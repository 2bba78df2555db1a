import { setTimeout as wait } from "node:timers/promises";
import { secure } from "../../services/access/ending.contract.ts";
import * as sessions from "../../services/access/sessions.contract.ts";
import * as auth from "../../services/accounts/auth.contract.ts";
import { clock } from "../../services/shared/clock.ts";
import { Client, type House, openHouse, refusal, signedIn, tidyUp } from "./house.ts";

let house: House;
beforeAll(async () => {
  house = await openHouse();
});
afterEach(() => clock.set());
afterAll(async () => {
  await house.stop();
  await tidyUp();
});

const living = async (client: Client) =>
  (await client.ask(sessions.list, {})).items.filter(({ id }) => id === client.tokens.session);

test("a stolen refresh token ends the family when its owner comes, and the owner is told", async () => {
  const { client, email } = await signedIn(house);
  const thief = new Client(house, "203.0.113.66");
  const stolen = client.tokens.refreshToken;

  expect(await refusal(thief.refresh(stolen))).toBe("REFRESH_REFUSED");

  expect(await refusal(client.refresh(stolen))).toBe("REFRESH_REFUSED");
  expect(await refusal(client.ask(auth.me, {}))).toBe("TOKEN_INVALID");
  expect(await house.letterTo(email, "tokenStolen")).toMatchObject({
    data: { place: "192.0.2.1" },
  });
});

test("twenty refreshes of one token at once end in one living family", async () => {
  const { client } = await signedIn(house);
  const { refreshToken } = client.tokens;

  const all = await Promise.all(Array.from({ length: 20 }, () => client.refresh(refreshToken)));

  expect(new Set(all.map((tokens) => tokens.refreshToken)).size).toBe(1);
  expect(new Set(all.map((tokens) => tokens.session)).size).toBe(1);
  expect(await refusal(client.refresh())).toBe("done");
  expect(await living(client)).toHaveLength(1);
});

test("within the grace the same device gets the same successor", async () => {
  const { client } = await signedIn(house);
  const { refreshToken } = client.tokens;
  const start = Date.now();
  clock.set(start);
  const first = await client.refresh(refreshToken);
  clock.set(start + 30_000);

  const again = await client.refresh(refreshToken);

  expect(again.refreshToken).toBe(first.refreshToken);
});

test("a replay after the grace ends the family", async () => {
  const { client } = await signedIn(house);
  const { refreshToken } = client.tokens;
  const start = Date.now();
  clock.set(start);
  await client.refresh(refreshToken);
  clock.set(start + 30_001);

  expect(await refusal(client.refresh(refreshToken))).toBe("REFRESH_REFUSED");
  expect(await refusal(client.refresh())).toBe("REFRESH_REFUSED");
});

test("a made-up token of a known family ends nothing", async () => {
  const { client } = await signedIn(house);
  const forged = client.tokens.refreshToken.replace(/.{10}$/, "AAAAAAAAAA");
  const { device } = client;

  for (const refreshToken of [forged, "brt_nonsense", ""]) {
    const asked = house.guest()(sessions.refresh, { refreshToken, device });
    expect(await refusal(asked)).toBe("REFRESH_REFUSED");
  }
  expect(await refusal(client.refresh())).toBe("done");
});

test("a session that nobody uses ends after its days", async () => {
  const { client } = await signedIn(house);
  clock.set(Date.now() + 31 * 86_400_000);

  expect(await refusal(client.refresh())).toBe("REFRESH_REFUSED");
});

test("no refresh token lies at rest, nor does a device", async () => {
  const { client, id } = await signedIn(house);
  const first = client.tokens.refreshToken;
  await client.refresh();
  type Stores = { store: { find(q: object): Promise<{ items: unknown[] }> } };
  const { store } = house.actor<Stores>("sessions");

  const text = JSON.stringify(await store.find({ where: { account: id }, limit: 10 }));

  expect(text).not.toContain(first.slice(-43));
  expect(text).not.toContain(client.tokens.refreshToken.slice(-43));
  expect(text).not.toContain(client.device);
});

describe("the doors learn of what is revoked", () => {
  test("by asking, where the event was lost", async () => {
    const { client } = await signedIn(house);
    const { id } = await client.caller();
    const { verifier } = house;
    const hear = verifier.hear.bind(verifier);
    verifier.hear = () => undefined;
    await house.ask(secure, { id, at: clock.iso(), ends: true, why: "test" });
    expect(await refusal(client.caller())).toBe("done");
    verifier.hear = hear;

    await verifier.poll();

    expect(await refusal(client.caller())).toBe("TOKEN_INVALID");
  });

  test("and the list is short: what no living token can meet is not on it", async () => {
    const { client } = await signedIn(house);
    await client.ask(sessions.signOut, {});
    const now = Date.now();

    const fresh = await house.ask(sessions.revoked, {});
    clock.set(now + 3_600_000);
    const later = await house.ask(sessions.revoked, {});

    expect(fresh.items.map(({ session }) => session)).toContain(client.tokens.session);
    expect(later.items).toEqual([]);
  });

  test("a cursor brings only what came since", async () => {
    const start = Date.now();
    const { client } = await signedIn(house);
    await client.ask(sessions.signOut, {});
    clock.set(start + 60_000);
    const { next } = await house.ask(sessions.revoked, {});
    const other = await signedIn(house);
    await other.client.ask(sessions.signOut, {});

    const { items } = await house.ask(sessions.revoked, { since: next });

    expect(items.map(({ session }) => session)).toEqual([other.client.tokens.session]);
  });
});

test("sessions outlive a restart of the house", async () => {
  const { client } = await signedIn(house);
  const before = client.tokens.accessToken;
  await house.stop();
  house = await openHouse();
  const again = new Client(house);
  Object.assign(again, { device: client.device, tokens: client.tokens });

  expect(await refusal(again.ask(auth.me, {}))).toBe("done");
  await again.refresh();
  expect(again.tokens.accessToken).not.toBe(before);
  await wait(0);
});

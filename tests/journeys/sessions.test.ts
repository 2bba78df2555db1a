/** From sign-up to sign-out on two devices, and what becomes of tokens that are stolen. */
import { setTimeout as wait } from "node:timers/promises";
import { openHouse, type Place } from "./house.ts";
import { Person, Postbox, password, registered } from "./people.ts";

let place: Place;
let postbox: Postbox;
const graceSeconds = 6;
beforeAll(async () => {
  place = await openHouse({ REFRESH_GRACE_SECONDS: String(graceSeconds) });
  postbox = new Postbox(place);
}, 60_000);
afterAll(() => place.close(), 30_000);

interface Session {
  id: string;
  deviceName: string | null;
  current: boolean;
}
const me = (person: Person) => person.ask("GET", "/v1/auth/account");
const sessionsOf = async (person: Person) =>
  (await person.ask<{ items: Session[] }>("GET", "/v1/auth/sessions")).json.items;
/** Somebody who has signed in. */
async function signedIn(): Promise<Person> {
  const person = await registered(place, postbox);
  await person.signIn();
  return person;
}

test("from sign-up to sign-out on two devices", async () => {
  const laptop = new Person(place.doors.public);
  const { email } = laptop;
  const phone = new Person(place.doors.public, email);

  expect((await laptop.post("/v1/auth/register", { email, password: "1234" })).problem).toBe(
    "PASSWORD_REFUSED",
  );
  expect((await laptop.post("/v1/auth/register", { email, password })).status).toBe(202);
  // It was accepted; the letter says that it is done.
  const code = await postbox.code(email);
  expect((await laptop.signIn()).problem).toBe("SIGN_IN_REFUSED");
  expect((await laptop.post("/v1/auth/verify", { code })).status).toBe(200);
  expect((await laptop.post("/v1/auth/verify", { code })).problem).toBe("CODE_REFUSED");
  expect((await laptop.signIn("another word 1930")).problem).toBe("SIGN_IN_REFUSED");
  expect((await laptop.signIn(password, { deviceName: "Laptop" })).status).toBe(200);
  expect((await phone.signIn(password, { deviceName: "Phone" })).status).toBe(200);
  expect(await postbox.letter(email, "newDevice")).toContain("Phone");

  const own = await phone.ask("PATCH", "/v1/me", { body: { displayName: "Jane" } });
  expect((await laptop.ask("GET", "/v1/me")).json).toMatchObject({ displayName: "Jane" });
  expect(own.headers.get("x-request-id")).toBeTruthy();
  const all = await sessionsOf(laptop);
  expect(all.map(({ deviceName, current }) => [deviceName, current]).toSorted()).toEqual([
    ["Laptop", true],
    ["Phone", false],
  ]);
  const other = all.find(({ current }) => !current)?.id;

  expect((await laptop.ask("DELETE", `/v1/auth/sessions/${other}`)).json).toEqual({ ended: 1 });
  expect((await me(phone)).problem).toBe("TOKEN_INVALID");
  expect((await phone.refresh()).problem).toBe("REFRESH_REFUSED");
  expect((await laptop.refresh()).status).toBe(200);
  expect((await laptop.post("/v1/auth/sign-out")).json).toEqual({ ended: 1 });
  expect((await me(laptop)).problem).toBe("TOKEN_INVALID");
  expect((await me(new Person(place.doors.public))).problem).toBe("TOKEN_REFUSED");
});

test("signing out everywhere ends all devices, and a new password all but this one", async () => {
  const one = await signedIn();
  const two = new Person(place.doors.public, one.email);
  await two.signIn();
  const wanted = "another curtain 1931";

  await one.post("/v1/auth/password", { current: password, password: wanted });
  expect([(await me(one)).status, (await me(two)).problem]).toEqual([200, "TOKEN_INVALID"]);
  await two.signIn(wanted);
  expect((await two.post("/v1/auth/sign-out/everywhere")).json).toEqual({ ended: 2 });

  expect([(await me(one)).problem, (await me(two)).problem]).toEqual([
    "TOKEN_INVALID",
    "TOKEN_INVALID",
  ]);
});

test("a password that was forgotten is set by a letter, which ends all sessions", async () => {
  const person = await signedIn();
  const { email } = person;
  const wanted = "another curtain 1931";

  expect((await person.post("/v1/auth/password/forgot", { email })).status).toBe(202);
  const nobody = { email: "nobody-at-all@example.org" };
  expect((await person.post("/v1/auth/password/forgot", nobody)).status).toBe(202);
  const code = await postbox.code(email, "resetPassword");
  expect((await person.post("/v1/auth/password/reset", { code, password: wanted })).status).toBe(
    200,
  );

  expect((await me(person)).problem).toBe("TOKEN_INVALID");
  expect((await person.signIn()).problem).toBe("SIGN_IN_REFUSED");
  expect((await person.signIn(wanted)).status).toBe(200);
});

describe("a refresh token that was stolen", () => {
  test("is of no use on another device, and its first use there ends the family", async () => {
    const owner = await signedIn();
    const thief = new Person(place.doors.public);
    const stolen = owner.tokens?.refreshToken;

    expect((await thief.refresh(stolen)).problem).toBe("REFRESH_REFUSED");

    expect((await owner.refresh(stolen)).problem).toBe("REFRESH_REFUSED");
    expect((await me(owner)).problem).toBe("TOKEN_INVALID");
    await postbox.letter(owner.email, "tokenStolen");
  });

  test("and used after the grace ends the family, successors and all", async () => {
    const owner = await signedIn();
    const first = owner.tokens?.refreshToken;
    await owner.refresh();
    const second = owner.tokens?.refreshToken;
    expect((await owner.refresh(first)).json.refreshToken).toBe(second);

    await wait(graceSeconds * 1_000 + 500);

    expect((await owner.refresh(first)).problem).toBe("REFRESH_REFUSED");
    expect((await owner.refresh(second)).problem).toBe("REFRESH_REFUSED");
    expect((await me(owner)).problem).toBe("TOKEN_INVALID");
    expect((await owner.signIn()).status).toBe(200);
  });
});

test("twenty refreshes of one token at once end in one family that lives", async () => {
  const person = await signedIn();
  const { refreshToken } = person.tokens ?? {};

  const all = await Promise.all(Array.from({ length: 20 }, () => person.refresh(refreshToken)));

  expect(new Set(all.map(({ status }) => status))).toEqual(new Set([200]));
  expect(new Set(all.map(({ json }) => json.refreshToken)).size).toBe(1);
  expect(new Set(all.map(({ json }) => json.session)).size).toBe(1);
  expect(await sessionsOf(person)).toHaveLength(1);
  expect((await person.refresh()).status).toBe(200);
  expect((await me(person)).status).toBe(200);
});

/** The second factor: set up, wanted, shown, replaced by a backup code, taken away. */
import { setTimeout as wait } from "node:timers/promises";
import { codeAt } from "../../mixins/totp.ts";
import { openHouse, type Place } from "./house.ts";
import { Person, Postbox, password, registered } from "./people.ts";

let place: Place;
let postbox: Postbox;
beforeAll(async () => {
  place = await openHouse({});
  postbox = new Postbox(place);
}, 60_000);
afterAll(() => place.close(), 30_000);

const periodMs = 30_000;

/** Somebody whose app has a secret. The code of the period before was spent on showing that. */
async function guarded() {
  // The code of the period before is good for this one alone.
  const left = periodMs - (Date.now() % periodMs);
  if (left < 5_000) await wait(left);
  const person = await registered(place, postbox);
  await person.signIn();
  const { json } = await person.post<{ secret: string }>("/v1/auth/factor");
  const { secret } = json;
  const code = codeAt(secret, Date.now() - periodMs);
  const confirmed = await person.post<{ backupCodes: string[] }>("/v1/auth/factor/confirm", {
    code,
  });
  return { person, secret, backupCodes: confirmed.json.backupCodes };
}
const challengeOf = async (person: Person) => (await person.signIn()).json.challenge ?? "";

test("a sign-in wants the code of the app, and each code is good once", async () => {
  const { person, secret } = await guarded();
  await postbox.letter(person.email, "secondFactorChanged");
  const other = new Person(place.doors.public, person.email);
  const now = Date.now();

  const challenge = await challengeOf(other);
  expect(other.tokens).toBeUndefined();
  expect((await other.factor(challenge, codeAt(secret, now))).status).toBe(200);
  expect((await other.ask("GET", "/v1/auth/account")).json).toMatchObject({
    secondFactor: true,
    backupCodes: 10,
  });

  const third = new Person(place.doors.public, person.email);
  const again = await challengeOf(third);
  expect((await third.factor(again, codeAt(secret, now))).problem).toBe("SECOND_FACTOR_REFUSED");
  expect((await third.factor(again, codeAt(secret, now + periodMs))).status).toBe(200);
});

test("a challenge is for the device that began", async () => {
  const { person, secret } = await guarded();
  const [one, other] = [0, 1].map(() => new Person(place.doors.public, person.email)) as [
    Person,
    Person,
  ];
  const challenge = await challengeOf(one);

  expect((await other.factor(challenge, codeAt(secret, Date.now()))).problem).toBe(
    "CHALLENGE_REFUSED",
  );
  expect((await one.factor(`${challenge}x`, codeAt(secret, Date.now()))).problem).toBe(
    "CHALLENGE_REFUSED",
  );
});

test("a backup code stands in for the app once, and others can be made", async () => {
  const { person, secret, backupCodes } = await guarded();
  const [first = "", second = ""] = backupCodes;
  const other = new Person(place.doors.public, person.email);

  expect((await other.factor(await challengeOf(other), first)).status).toBe(200);
  expect((await other.factor(await challengeOf(other), first)).problem).toBe(
    "SECOND_FACTOR_REFUSED",
  );
  expect((await other.ask("GET", "/v1/auth/account")).json).toMatchObject({ backupCodes: 9 });

  expect((await person.stepUp({ code: codeAt(secret, Date.now()) })).status).toBe(200);
  const anew = await person.post<{ backupCodes: string[] }>("/v1/auth/factor/backup-codes");
  expect(anew.json.backupCodes).toHaveLength(10);
  const later = new Person(place.doors.public, person.email);
  expect((await later.factor(await challengeOf(later), second)).problem).toBe(
    "SECOND_FACTOR_REFUSED",
  );
  const [fresh = ""] = anew.json.backupCodes;
  expect((await later.factor(await challengeOf(later), fresh)).status).toBe(200);
});

test("it is taken away by who shows it, and by nobody with the password alone", async () => {
  const { person, secret } = await guarded();

  expect((await person.stepUp({ password })).problem).toBe("SECOND_FACTOR_REFUSED");
  expect((await person.stepUp({ code: codeAt(secret, Date.now()) })).status).toBe(200);
  expect((await person.ask("DELETE", "/v1/auth/factor")).json).toMatchObject({
    secondFactor: false,
  });

  expect(
    (await new Person(place.doors.public, person.email).signIn()).json.accessToken,
  ).toBeTruthy();
});

test("what is dangerous wants a password or code that was shown lately", async () => {
  const short = await openHouse({ STEP_UP_SECONDS: "60", ACCESS_TOKEN_SECONDS: "60" });
  try {
    const post = new Postbox(short);
    const person = await registered(short, post);
    await person.signIn();

    expect((await person.post("/v1/auth/keys", { name: "x", roles: ["viewer"] })).status).toBe(201);
    expect((await person.stepUp({ password: "not the password" })).problem).toBe("SIGN_IN_REFUSED");
    expect((await person.stepUp({ password })).status).toBe(200);
  } finally {
    await short.close();
  }
}, 60_000);

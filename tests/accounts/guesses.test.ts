import type { Afterwards } from "../../mixins/afterwards.ts";
import * as auth from "../../services/accounts/auth.contract.ts";
import { clock } from "../../services/shared/clock.ts";
import {
  Client,
  type House,
  member,
  openHouse,
  password,
  refusal,
  signedIn,
  tidyUp,
} from "./house.ts";

let house: House;
beforeAll(async () => {
  house = await openHouse();
});
afterEach(() => clock.set());
afterAll(async () => {
  await house.stop();
  await tidyUp();
});

const guess = (email: string, address = "203.0.113.1", device = "device-of-a-stranger") =>
  house.guest(address)(auth.signIn, { email, password: "a wrong guess", device });
const guesses = async (email: string, n: number, address?: string) => {
  const answers: string[] = [];
  for (let i = 0; i < n; i++) answers.push(await refusal(guess(email, address)));
  return answers;
};

test("after a few guesses each further one has to wait, twice as long every time", async () => {
  const email = await member(house);
  const start = Date.now();
  clock.set(start);

  expect(await guesses(email, 5)).toEqual(Array(5).fill("SIGN_IN_REFUSED"));
  const waits: number[] = [];
  let now = start;
  for (let i = 0; i < 4; i++) {
    const error = await guess(email).catch((e) => e);
    expect(error.type).toBe("TOO_MANY_GUESSES");
    waits.push(error.data.retryAfterSeconds);
    now += error.data.retryAfterSeconds * 1_000;
    clock.set(now);
    expect(await refusal(guess(email))).toBe("SIGN_IN_REFUSED");
  }

  expect(waits).toEqual([1, 2, 4, 8]);
});

test("guesses made at once count as well, from wherever they come", async () => {
  const email = await member(house);

  const answers = await Promise.all(
    Array.from({ length: 20 }, (_, i) => refusal(guess(email, `203.0.113.${i}`))),
  );

  expect(answers.filter((answer) => answer === "SIGN_IN_REFUSED")).toHaveLength(5);
});

test("an unknown e-mail is slowed like a known one", async () => {
  clock.set(Date.now());
  const known = await member(house);

  expect(await guesses("nobody@example.org", 7, "203.0.113.70")).toEqual(
    await guesses(known, 7, "203.0.113.71"),
  );
});

test("strangers do not keep the owner's device out, and a strange device has to wait", async () => {
  clock.set(Date.now());
  const { email, client } = await signedIn(house);
  await guesses(email, 8, "203.0.113.80");

  expect(await client.signIn(email)).toHaveProperty("session");
  expect(await refusal(new Client(house, "203.0.113.81").signIn(email))).toBe("TOO_MANY_GUESSES");
});

test("the owner's device has a count of its own", async () => {
  clock.set(Date.now());
  const { email, client } = await signedIn(house);
  for (let i = 0; i < 5; i++) await refusal(client.signIn(email, "a wrong guess"));

  expect(await refusal(client.signIn(email))).toBe("TOO_MANY_GUESSES");
  expect(await new Client(house).signIn(email)).toHaveProperty("session");
});

test("nobody is locked out: who waits long enough gets in, and all is forgiven", async () => {
  const email = await member(house);
  const start = Date.now();
  clock.set(start);
  await guesses(email, 6);
  clock.set(start + 15 * 60_000);

  expect(await new Client(house).signIn(email)).toHaveProperty("session");
  expect(await guesses(email, 5)).toEqual(Array(5).fill("SIGN_IN_REFUSED"));
});

test("one address that tries many accounts is slowed, an own account does not wash it clean", async () => {
  const address = "203.0.113.200";
  const mine = await member(house);
  const answers: string[] = [];
  for (let i = 0; i < 40; i++) {
    answers.push(await refusal(guess(`somebody-${i}@example.org`, address)));
    if (i % 5 === 0) await refusal(new Client(house, address).signIn(mine));
  }

  expect(answers.slice(0, 29)).toEqual(Array(29).fill("SIGN_IN_REFUSED"));
  expect(answers.at(-1)).toBe("TOO_MANY_GUESSES");
});

test("guesses outlive a restart, and no e-mail or address lies among them", async () => {
  // However long the restart takes.
  clock.set(Date.now());
  const email = await member(house);
  await guesses(email, 6, "203.0.113.90");
  await house.stop();
  house = await openHouse();

  expect(await refusal(guess(email, "203.0.113.91"))).toBe("TOO_MANY_GUESSES");
  type Engine = { guessEngine: { page(q: object): Promise<object[]> } };
  const { guessEngine } = house.actor<Engine>("auth");
  const sort = { field: "id", descending: false };
  const kept = JSON.stringify(await guessEngine.page({ where: {}, sort, limit: 500 }));
  expect(kept).not.toContain("203.0.113");
  expect(kept).not.toContain("@");
});

test("nobody is buried in letters", async () => {
  const email = await member(house);
  for (let i = 0; i < 10; i++) {
    const answer = await house.guest(`198.51.100.${i}`)(auth.forgot, { email });
    expect(answer).toEqual({ accepted: true });
  }
  await house.actor<{ later: Afterwards }>("auth").later.done();
  await house.letterTo(email, "resetPassword");
  await new Promise((resolve) => setTimeout(resolve, 200));

  const letters = house.letters.filter(
    (one) => one.to === email && one.template === "resetPassword",
  );
  expect(letters.length).toBeLessThanOrEqual(4);
  expect(await new Client(house).signIn(email, password)).toHaveProperty("session");
});

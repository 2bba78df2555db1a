import { codeAt } from "../../mixins/totp.ts";
import * as sessions from "../../services/access/sessions.contract.ts";
import * as auth from "../../services/accounts/auth.contract.ts";
import * as support from "../../services/accounts/support.contract.ts";
import { clock } from "../../services/shared/clock.ts";
import { Client, type House, openHouse, password, refusal, signedIn, tidyUp } from "./house.ts";

let house: House;
let now: number;
beforeAll(async () => {
  house = await openHouse();
});
beforeEach(() => {
  now = Date.now();
  clock.set(() => now);
});
afterEach(() => clock.set());
afterAll(async () => {
  await house.stop();
  await tidyUp();
});

/** Somebody with a second factor; `next` is a code that was not used yet. */
async function guarded() {
  const one = await signedIn(house);
  const { secret } = await one.client.ask(support.beginFactor, {});
  const { backupCodes } = await one.client.ask(support.confirmFactor, {
    code: codeAt(secret, now),
  });
  const next = () => {
    now += 30_000;
    return codeAt(secret, now);
  };
  return { ...one, secret, backupCodes, next };
}
const challengeOf = async (client: Client, email: string) => {
  const answer = await client.signIn(email);
  return "challenge" in answer ? answer.challenge : "none";
};

test("a sign-in with the second factor wants password and code", async () => {
  const { email, next } = await guarded();
  const client = new Client(house);

  const challenge = await challengeOf(client, email);
  expect(await refusal(client.factor(challenge, "000000"))).toBe("SECOND_FACTOR_REFUSED");
  await client.factor(challenge, next());

  expect((await client.ask(auth.me, {})).secondFactor).toBe(true);
  await house.letterTo(email, "secondFactorChanged");
});

test("a code is good once", async () => {
  const { email, next } = await guarded();
  const [one, two] = [new Client(house), new Client(house)];
  const challenges = [await challengeOf(one, email), await challengeOf(two, email)];
  const code = next();

  await one.factor(challenges[0] ?? "", code);

  expect(await refusal(two.factor(challenges[1] ?? "", code))).toBe("SECOND_FACTOR_REFUSED");
});

test("a code shown twice at once lets one in", async () => {
  const { email, next } = await guarded();
  const clients = [new Client(house), new Client(house)];
  const challenges = await Promise.all(clients.map((client) => challengeOf(client, email)));
  const code = next();

  const answers = await Promise.all(
    clients.map((client, i) => refusal(client.factor(challenges[i] ?? "", code))),
  );

  expect(answers.toSorted()).toEqual(["SECOND_FACTOR_REFUSED", "done"]);
});

test("a challenge is for the device that began, for five minutes, and void after a new password", async () => {
  const { email, client: owner, next } = await guarded();
  const client = new Client(house);
  const challenge = await challengeOf(client, email);

  expect(await refusal(new Client(house).factor(challenge, next()))).toBe("CHALLENGE_REFUSED");
  expect(await refusal(client.factor(`${challenge}x`, next()))).toBe("CHALLENGE_REFUSED");
  await owner.ask(auth.changePassword, { current: password, password: "another curtain 1931" });
  expect(await refusal(client.factor(challenge, next()))).toBe("CHALLENGE_REFUSED");
  const late = new Client(house);
  await late.signIn(email, "another curtain 1931").then(async (answer) => {
    now += 300_000;
    const given = "challenge" in answer ? answer.challenge : "";
    expect(await refusal(late.factor(given, next()))).toBe("CHALLENGE_REFUSED");
  });
});

test("a backup code lets in once, in any spelling, and is counted", async () => {
  const { email, backupCodes, client: owner } = await guarded();
  const code = backupCodes[0] ?? "";
  const [one, two] = [new Client(house), new Client(house)];

  await one.factor(await challengeOf(one, email), code.toUpperCase().replaceAll("-", ""));

  expect(await refusal(two.factor(await challengeOf(two, email), code))).toBe(
    "SECOND_FACTOR_REFUSED",
  );
  expect(backupCodes).toHaveLength(10);
  expect((await owner.ask(auth.me, {})).backupCodes).toBe(9);
});

test("codes are guessed at slowly", async () => {
  const { email } = await guarded();
  const client = new Client(house);
  const challenge = await challengeOf(client, email);
  const answers: string[] = [];
  for (let i = 0; i < 6; i++) answers.push(await refusal(client.factor(challenge, "000000")));

  expect(answers.slice(0, 5)).toEqual(Array(5).fill("SECOND_FACTOR_REFUSED"));
  expect(answers[5]).toBe("TOO_MANY_GUESSES");
});

test("new backup codes void the old ones; without the factor the password is enough again", async () => {
  const { email, backupCodes, client: owner } = await guarded();
  const { backupCodes: fresh } = await owner.ask(support.backupCodes, {});
  const client = new Client(house);

  const challenge = await challengeOf(client, email);
  expect(await refusal(client.factor(challenge, backupCodes[1] ?? ""))).toBe(
    "SECOND_FACTOR_REFUSED",
  );
  await client.factor(challenge, fresh[1] ?? "");
  await owner.ask(support.removeFactor, {});

  expect(await new Client(house).signIn(email)).toHaveProperty("accessToken");
});

test("it is not asked for before its app has shown a code", async () => {
  const { email, client } = await signedIn(house);
  const { secret } = await client.ask(support.beginFactor, {});

  expect(await refusal(client.ask(support.confirmFactor, { code: "000000" }))).toBe(
    "SECOND_FACTOR_REFUSED",
  );
  expect(await new Client(house).signIn(email)).toHaveProperty("accessToken");
  now += 16 * 60_000;
  await client.refresh();
  await client.ask(auth.stepUp, { password }).then(({ accessToken }) => {
    client.tokens = { ...client.tokens, accessToken };
  });
  const late = client.ask(support.confirmFactor, { code: codeAt(secret, now) });
  expect(await refusal(late)).toBe("SECOND_FACTOR_STATE");
});

test("neither secret nor codes lie at rest as they are", async () => {
  const { id, secret, backupCodes } = await guarded();
  const { store } = house.actor<{ store: { get(id: string): Promise<object> } }>("auth");

  const text = JSON.stringify(await store.get(id));

  expect(text).not.toContain(secret);
  for (const code of backupCodes) expect(text).not.toContain(code.replaceAll("-", ""));
});

describe("stepping up", () => {
  test("is wanted once the sign-in is old, and lasts over refreshes", async () => {
    const { client } = await signedIn(house);
    expect(await refusal(client.ask(support.beginFactor, {}))).toBe("done");
    now += 11 * 60_000;
    await client.refresh();
    expect(await refusal(client.ask(support.beginFactor, {}))).toBe("STEP_UP");

    expect(await refusal(client.ask(auth.stepUp, { password: "wrong" }))).toBe("SIGN_IN_REFUSED");
    const { accessToken } = await client.ask(auth.stepUp, { password });
    client.tokens = { ...client.tokens, accessToken };

    expect(await refusal(client.ask(support.beginFactor, {}))).toBe("done");
    await client.refresh();
    expect(await refusal(client.ask(support.beginFactor, {}))).toBe("done");
    now += 11 * 60_000;
    await client.refresh();
    expect(await refusal(client.ask(support.beginFactor, {}))).toBe("STEP_UP");
  });

  test("takes the second factor where there is one, not the password", async () => {
    const { client, next } = await guarded();

    expect(await refusal(client.ask(auth.stepUp, { password }))).toBe("SECOND_FACTOR_REFUSED");
    const { accessToken } = await client.ask(auth.stepUp, { code: next() });

    const { caller } = await house.verifier.verify(accessToken, { audience: "public" });
    expect(caller.stepUpAt).toBe(Math.floor(now / 1_000) * 1_000);
    expect(caller.session).toBe(client.tokens.session);
  });

  test("is of one session: another of the same account stays as it was", async () => {
    const { client, email } = await signedIn(house);
    const other = new Client(house);
    await other.signIn(email);
    now += 11 * 60_000;
    await client.refresh();
    await client.ask(auth.stepUp, { password });
    await other.refresh();

    expect(await refusal(other.ask(support.beginFactor, {}))).toBe("STEP_UP");
    expect((await other.ask(sessions.list, {})).items).toHaveLength(2);
  });
});

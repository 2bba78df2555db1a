import * as sessions from "../../services/access/sessions.contract.ts";
import * as auth from "../../services/accounts/auth.contract.ts";
import { soon } from "../house/soon.ts";
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
afterAll(async () => {
  await house.stop();
  await tidyUp();
});

const hasherOf = () => house.actor<{ hasher: { hashes: number } }>("auth").hasher;

test("from sign-up to sign-out on two devices", async () => {
  const email = "Jane@Example.org";
  await house.guest()(auth.register, { email, password });
  const code = await house.codeFor("jane@example.org", "verifyEmail");
  const [laptop, phone] = [new Client(house), new Client(house, "198.51.100.7")];

  expect(await refusal(laptop.signIn(email))).toBe("SIGN_IN_REFUSED");
  await house.guest()(auth.verify, { code });
  expect(await refusal(house.guest()(auth.verify, { code }))).toBe("CODE_REFUSED");
  await laptop.signIn(email, password, "Laptop");
  await phone.signIn("jane@example.org", password, "Phone");
  expect(await house.letterTo("jane@example.org", "newDevice")).toMatchObject({
    data: { device: "Phone", place: "198.51.100.7" },
  });

  const { items } = await laptop.ask(sessions.list, {});
  expect(
    items.map(({ deviceName, current, address }) => ({ deviceName, current, address })),
  ).toEqual(
    expect.arrayContaining([
      { deviceName: "Laptop", current: true, address: "192.0.2.1" },
      { deviceName: "Phone", current: false, address: "198.51.100.7" },
    ]),
  );
  const me = await phone.ask(auth.me, {});
  expect(me).toMatchObject({ email: "jane@example.org", status: "active", roles: ["viewer"] });

  await laptop.ask(sessions.revoke, { id: phone.tokens.session });
  expect(await refusal(phone.ask(auth.me, {}))).toBe("TOKEN_INVALID");
  expect(await refusal(phone.refresh())).toBe("REFRESH_REFUSED");
  await laptop.refresh();
  await laptop.ask(sessions.signOut, {});
  expect(await refusal(laptop.ask(auth.me, {}))).toBe("TOKEN_INVALID");
});

test("signing out everywhere ends all sessions, this one too", async () => {
  const { email, client } = await signedIn(house);
  const other = new Client(house);
  await other.signIn(email);

  expect(await client.ask(sessions.signOutAll, {})).toEqual({ ended: 2 });

  expect(await refusal(client.refresh())).toBe("REFRESH_REFUSED");
  expect(await refusal(other.ask(auth.me, {}))).toBe("TOKEN_INVALID");
});

test("nobody ends the session of somebody else", async () => {
  const [one, two] = [await signedIn(house), await signedIn(house)];
  const id = two.client.tokens.session;

  expect(await refusal(one.client.ask(sessions.revoke, { id }))).toBe("SESSION_NOT_FOUND");
  expect(await refusal(two.client.ask(auth.me, {}))).toBe("done");
});

describe("passwords", () => {
  test.each([
    ["short", "short"],
    ["password1234", "common"],
    ["somebody@example.org", "much like the e-mail"],
  ])("%j is refused", async (bad, fault) => {
    const email = "somebody@example.org";
    const error = await house
      .guest()(auth.register, { email, password: bad })
      .catch((e) => e);

    expect(error).toMatchObject({ type: "PASSWORD_REFUSED", data: { fault } });
  });

  test("the same characters typed in another form are the same password", async () => {
    const email = "forms@example.org";
    await house.guest()(auth.register, { email, password: "cafe\u0301 de flore 9" });
    await house.guest()(auth.verify, { code: await house.codeFor(email) });

    expect(await new Client(house).signIn(email, "caf\u00e9 de flore 9")).toHaveProperty("session");
  });

  test("are kept as argon2id hashes and nothing else", async () => {
    const email = await member(house);
    const { store } = house.actor<{ store: { find(q: object): Promise<{ items: unknown[] }> } }>(
      "auth",
    );
    const text = JSON.stringify((await store.find({ where: { email }, limit: 1 })).items);

    expect(text).toContain("$argon2id$v=19$m=8192,t=1,p=1$");
    expect(text).not.toContain(password);
  });

  test("changing one ends the other sessions and tells the owner", async () => {
    const { email, client } = await signedIn(house);
    const other = new Client(house);
    await other.signIn(email);
    const wanted = "another curtain 1931";

    expect(
      await refusal(client.ask(auth.changePassword, { current: "wrong", password: wanted })),
    ).toBe("SIGN_IN_REFUSED");
    await client.ask(auth.changePassword, { current: password, password: wanted });

    expect(await refusal(other.refresh())).toBe("REFRESH_REFUSED");
    expect(await refusal(other.ask(auth.me, {}))).toBe("TOKEN_INVALID");
    expect(await refusal(client.refresh())).toBe("done");
    expect(await refusal(new Client(house).signIn(email))).toBe("SIGN_IN_REFUSED");
    expect(await new Client(house).signIn(email, wanted)).toHaveProperty("session");
    await house.letterTo(email, "passwordChanged");
  });

  test("a reset works once, ends all sessions, and its code is for nothing else", async () => {
    const { email, client } = await signedIn(house);
    await house.guest()(auth.forgot, { email });
    const code = await house.codeFor(email, "resetPassword");
    const wanted = "another curtain 1931";

    expect(await refusal(house.guest()(auth.verify, { code }))).toBe("CODE_REFUSED");
    expect(await refusal(house.guest()(auth.reset, { code, password: "short" }))).toBe(
      "PASSWORD_REFUSED",
    );
    await house.guest()(auth.reset, { code, password: wanted });

    expect(await refusal(house.guest()(auth.reset, { code, password: wanted }))).toBe(
      "CODE_REFUSED",
    );
    expect(await refusal(client.refresh())).toBe("REFRESH_REFUSED");
    expect(await new Client(house).signIn(email, wanted)).toHaveProperty("session");
  });
});

describe("e-mail", () => {
  test("changes when the new one is shown, and the old one is told", async () => {
    const { email, client } = await signedIn(house, "old-address");
    await client.ask(auth.changeEmail, { email: "new-address@example.org" });
    const code = await house.codeFor("new-address@example.org", "verifyEmail");

    expect((await client.ask(auth.me, {})).email).toBe(email);
    await house.guest()(auth.verify, { code });

    expect((await client.ask(auth.me, {})).email).toBe("new-address@example.org");
    expect(await house.letterTo(email, "emailChanged")).toMatchObject({
      data: { newEmail: "n***@example.org" },
    });
    expect(await refusal(new Client(house).signIn(email))).toBe("SIGN_IN_REFUSED");
  });

  test("one that is taken is answered alike, and its owner gets a letter", async () => {
    const taken = await member(house);
    const { client, email } = await signedIn(house);

    const answer = await client.ask(auth.changeEmail, { email: taken });

    expect(answer).toEqual({ accepted: true });
    await house.letterTo(taken, "alreadyRegistered");
    expect((await client.ask(auth.me, {})).email).toBe(email);
  });
});

describe("whether an e-mail is known", () => {
  test("is told neither in words nor in work", async () => {
    const known = await member(house);
    const cost = async (work: () => Promise<unknown>) => {
      const before = hasherOf().hashes;
      const answer = await work().catch(({ type, message, data }) => ({ type, message, data }));
      return { hashes: hasherOf().hashes - before, answer };
    };
    const guest = house.guest("203.0.113.9");
    const device = "device-of-a-stranger";

    for (const ask of [
      (email: string) => guest(auth.register, { email, password }),
      (email: string) => guest(auth.forgot, { email }),
      (email: string) => guest(auth.signIn, { email, password: "wrong password", device }),
    ]) {
      expect(await cost(() => ask(known))).toEqual(await cost(() => ask("nobody@example.org")));
    }
  });

  test("is told in a letter to its owner alone", async () => {
    const known = await member(house);

    await house.guest()(auth.register, { email: known, password });

    await house.letterTo(known, "alreadyRegistered");
    expect(
      house.letters.some(({ to, template }) => to === known && template === "verifyEmail"),
    ).toBe(false);
  });
});

test("what was told of accounts reaches those who follow: the e-mail is verified", async () => {
  const email = await member(house);
  const { store } = house.actor<{ store: { untold(n: number): Promise<number> } }>("auth");

  expect(
    await soon(
      () => store.untold(10),
      (n) => n === 0,
    ),
  ).toBe(0);
  expect(email).toContain("@");
});

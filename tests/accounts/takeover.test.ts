/** How an account could be taken over: by what was begun before, at the same time, or in another's name. */
import { randomUUID } from "node:crypto";
import { setTimeout as wait } from "node:timers/promises";
import * as apikeys from "../../services/access/apikeys.contract.ts";
import * as auth from "../../services/accounts/auth.contract.ts";
import type { AuthService } from "../../services/accounts/auth.store.ts";
import * as support from "../../services/accounts/support.contract.ts";
import type { Meta } from "../../services/shared/contract.ts";
import { soon, until } from "../house/soon.ts";
import { Client, type House, openHouse, password, refusal, signedIn, tidyUp } from "./house.ts";

let house: House;
beforeAll(async () => {
  house = await openHouse();
});
afterAll(async () => {
  await house.stop();
  await tidyUp();
});

const another = "another velvet curtain";
const token: Meta = { caller: { id: "operator", role: "operator", door: "admin" } };
const verify = (code: string) => refusal(house.guest()(auth.verify, { code }));
const register = (email: string, secret: string) =>
  house.guest(`198.51.100.${Math.floor(Math.random() * 250)}`)(auth.register, {
    email,
    password: secret,
  });

describe("what was begun before", () => {
  test("a change of the e-mail does not outlive another password", async () => {
    const { client } = await signedIn(house);
    const stranger = `${randomUUID()}@example.org`;
    await client.ask(auth.changeEmail, { email: stranger });
    const code = await house.codeFor(stranger, "verifyEmail");

    await client.ask(auth.changePassword, { current: password, password: another });

    expect(await verify(code)).toBe("CODE_REFUSED");
  });

  test("a code for a new password does not outlive another password, nor another e-mail", async () => {
    const { client, email } = await signedIn(house);
    const forgotten = async () => {
      await house.guest()(auth.forgot, { email });
      return house.codeFor(email, "resetPassword");
    };
    const reset = (code: string) =>
      refusal(house.guest()(auth.reset, { code, password: "the stranger's own" }));
    const first = await forgotten();
    await client.ask(auth.changePassword, { current: password, password: another });
    const second = await forgotten();
    const next = `${randomUUID()}@example.org`;
    await client.ask(auth.changeEmail, { email: next });
    await house.guest()(auth.verify, { code: await house.codeFor(next, "verifyEmail") });

    expect(await reset(first)).toBe("CODE_REFUSED");
    expect(await reset(second)).toBe("CODE_REFUSED");
  });
});

describe("what is going on meanwhile", () => {
  /** Signs in on and on while something is done to the account. @returns who got in */
  async function signingInWhile(email: string, deed: () => Promise<unknown>): Promise<Client[]> {
    const clients: Client[] = [];
    let isOn = true;
    const one = async () => {
      while (isOn) {
        const client = new Client(house);
        const said = await refusal(client.signIn(email));
        if (said === "done") clients.push(client);
        else if (said === "TOO_MANY_GUESSES") await wait(20);
      }
    };
    const loops = Array.from({ length: 4 }, one);
    await until(() => clients.length > 0, "somebody gets in");
    await deed();
    isOn = false;
    await Promise.all(loops);
    return clients;
  }

  test("who signs in with the old password while it is changed is not signed in after it", async () => {
    const { email } = await signedIn(house);
    await house.guest()(auth.forgot, { email });
    const code = await house.codeFor(email, "resetPassword");

    const clients = await signingInWhile(email, () =>
      house.guest()(auth.reset, { code, password: another }),
    );

    const after = await Promise.all(clients.map((client) => refusal(client.refresh())));
    expect(new Set(after)).toEqual(new Set(["REFRESH_REFUSED"]));
  });

  test("who signs in while roles are taken away does not keep them", async () => {
    const email = `${randomUUID()}@example.org`;
    const roles: ["seller"] = ["seller"];
    const { id } = await house.ask(support.create, { email, password, roles }, token);

    const clients = await signingInWhile(email, () =>
      house.ask(support.setRoles, { id, roles: ["viewer"] }, token),
    );

    for (const client of clients) {
      expect(await refusal(client.ask(auth.me, {}, "seller"))).not.toBe("done");
    }
  });
});

test("a key made before the password was reset ends with it, and no other", async () => {
  const { client, email } = await signedIn(house);
  const { key } = await client.ask(apikeys.create, { name: "thief", roles: ["viewer"] });
  const isLet = () => refusal(house.ask(apikeys.check, { key }));
  await client.ask(auth.changePassword, { current: password, password: another });
  expect(await isLet()).toBe("done");

  await house.guest()(auth.forgot, { email });
  const code = await house.codeFor(email, "resetPassword");
  await house.guest()(auth.reset, { code, password });

  expect(await soon(isLet, (said) => said !== "done")).toBe("API_KEY_REFUSED");
});

test("one account on its own device has few hashes at once, however often it gets in", async () => {
  const { client, email } = await signedIn(house);
  const { hasher } = house.actor<Pick<AuthService, "hasher">>("auth");
  const verify = hasher.verify.bind(hasher);
  let [now, most, isOn] = [0, 0, true];
  hasher.verify = (...given) => {
    most = Math.max(most, ++now);
    return verify(...given).finally(() => now--);
  };
  const one = async () => {
    while (isOn) await refusal(client.signIn(email)).then(() => wait(1));
  };

  const all = Array.from({ length: 60 }, one);
  await wait(1_000);
  isOn = false;
  await Promise.all(all);
  hasher.verify = verify;

  expect(most).toBeGreaterThan(1);
  expect(most).toBeLessThanOrEqual(8);
});

describe("an e-mail that several say is theirs", () => {
  const mailed = (email: string) => house.codeFor(email, "verifyEmail");

  test("belongs to its reader, who sets the password: nobody's from before is in force", async () => {
    const email = `${randomUUID()}@example.org`;
    await register(email, "the attacker's own");
    await mailed(email);
    await register(email, password);
    await house.guest()(auth.verify, { code: await mailed(email) });

    for (const secret of [password, "the attacker's own"]) {
      expect(await refusal(new Client(house).signIn(email, secret))).toBe("SIGN_IN_REFUSED");
    }
    const code = await house.codeFor(email, "resetPassword");
    await house.guest()(auth.reset, { code, password });
    expect(await new Client(house).signIn(email)).toHaveProperty("session");
  });

  test("so too where the owner's own letter was one too many", async () => {
    const email = `${randomUUID()}@example.org`;
    for (let n = 0; n < 5; n++) await register(email, "the attacker's own");
    const letters = () => house.letters.filter(({ to }) => to === email);
    await soon(letters, ({ length }) => length === 4);
    await register(email, password);
    await house.actor<AuthService>("auth").later.done();
    // Another letter would be on its way.
    await wait(200);
    expect(letters()).toHaveLength(4);

    await house.guest()(auth.verify, { code: await mailed(email) });

    expect(await refusal(new Client(house).signIn(email, "the attacker's own"))).toBe(
      "SIGN_IN_REFUSED",
    );
    expect(await house.letterTo(email, "resetPassword")).toBeDefined();
  });

  test("is no riddle where it is one and the same: asked for twice, the password is in force", async () => {
    const email = `${randomUUID()}@example.org`;
    await register(email, password);
    await mailed(email);
    await register(email, password);
    await house.guest()(auth.verify, { code: await mailed(email) });

    expect(await new Client(house).signIn(email)).toHaveProperty("session");
  });

  test("is answered alike whether it has an account or waits for its letter", async () => {
    const { email } = await signedIn(house);
    const waiting = `${randomUUID()}@example.org`;
    await register(email, another);
    await register(waiting, another);
    await mailed(waiting);

    for (const one of [email, waiting]) {
      expect(await refusal(new Client(house).signIn(one, another))).toBe("SIGN_IN_REFUSED");
    }
  });
});

test("who acts as somebody does not go on when they themselves may no more", async () => {
  const email = `${randomUUID()}@example.org`;
  const made = await house.ask(support.create, { email, password, roles: ["operator"] }, token);
  const helper = new Client(house);
  await helper.signIn(email);
  const { id } = await signedIn(house);
  const acting = await helper.ask(support.impersonate, { id, reason: "asked to" }, "admin");
  const { accessToken } = acting;
  const isLet = () => refusal(house.verifier.verify(accessToken, { audience: "public" }));
  expect(await isLet()).toBe("done");

  await house.ask(support.suspend, { id: made.id, reason: "left" }, token);

  await soon(isLet, (said) => said !== "done");
  expect(await isLet()).not.toBe("done");
});

import type { AuthService } from "../../services/accounts/auth.store.ts";
import { browse, redirectUri, client as registered, startProvider } from "./provider.ts";

const provider = await startProvider();
const one = {
  issuer: provider.issuer,
  clientId: registered.clientId,
  clientSecret: registered.clientSecret,
  redirectUri,
  insecure: true,
};
process.env.OIDC_PROVIDERS = JSON.stringify([
  { ...one, id: "trusted", trustsEmail: true },
  { ...one, id: "any" },
  { ...one, id: "away", issuer: "http://127.0.0.1:9" },
]);
const { Client, member, openHouse, password, refusal, signedIn, tidyUp } = await import(
  "./house.ts"
);
const { codeAt } = await import("../../mixins/totp.ts");
const oidc = await import("../../services/access/oidc.contract.ts");
const linking = await import("../../services/access/linking.contract.ts");
const { breakers } = await import("../../config/resilience.ts");
const auth = await import("../../services/accounts/auth.contract.ts");
const support = await import("../../services/accounts/support.contract.ts");
const { clock } = await import("../../services/shared/clock.ts");

type House = Awaited<ReturnType<typeof openHouse>>;
type Person = InstanceType<typeof Client>;
let house: House;
beforeAll(async () => {
  house = await openHouse();
});
afterEach(() => clock.set());
afterAll(async () => {
  await house.stop();
  await provider.stop();
  await tidyUp();
});

const backOf = (url: URL) => ({
  code: url.searchParams.get("code") ?? "",
  state: url.searchParams.get("state") ?? "",
  iss: url.searchParams.get("iss") ?? undefined,
});
const begin = (client: Person, id: string) =>
  house.guest()(oidc.begin, { provider: id, device: client.device });
const finish = async (client: Person, back: ReturnType<typeof backOf>) => {
  const answer = await house.guest()(oidc.finish, { ...back, device: client.device });
  if ("accessToken" in answer) client.tokens = answer;
  return answer;
};
/** Through the provider and back. */
async function through(client: Person, id: string, name: string) {
  const begun = await begin(client, id);
  return finish(client, backOf(await browse(begun.url, name)));
}
const people = (name: string, email?: string, verified = true) =>
  provider.people.set(name, email ? { email, email_verified: verified } : {});

test("the way there has PKCE, state and nonce", async () => {
  const { url, state } = await begin(new Client(house), "trusted");
  const { searchParams } = new URL(url);

  expect(Object.fromEntries(searchParams)).toMatchObject({
    client_id: "bijou",
    response_type: "code",
    redirect_uri: redirectUri,
    code_challenge_method: "S256",
    state,
  });
  expect(searchParams.get("code_challenge")).toMatch(/^[\w-]{43}$/);
  expect(searchParams.get("nonce")).toMatch(/^[\w-]{20,}$/);
  expect(state).not.toContain(searchParams.get("nonce") ?? "?");
});

test("who comes with a trusted provider for the first time has an account, and keeps it", async () => {
  people("jane", "Jane@provider.example");
  const [one, two] = [new Client(house), new Client(house)];

  await through(one, "trusted", "jane");
  people("jane", "other@provider.example");
  await through(two, "trusted", "jane");

  const me = await one.ask(auth.me, {});
  expect(me).toMatchObject({
    email: "jane@provider.example",
    status: "active",
    password: false,
    providers: ["trusted"],
  });
  expect((await two.ask(auth.me, {})).id).toBe(me.id);
  expect(await refusal(new Client(house).signIn("jane@provider.example"))).toBe("SIGN_IN_REFUSED");
});

test("who comes twice at once for the first time has one account", async () => {
  people("twice", "twice@provider.example");
  const clients = [new Client(house), new Client(house)] as const;
  const come = async (client: Person) =>
    backOf(await browse((await begin(client, "trusted")).url, "twice"));
  const [first, second] = await Promise.all([come(clients[0]), come(clients[1])]);
  const { store } = house.actor<AuthService>("auth");
  const insert = store.insert.bind(store);
  // The second is through between the first one's look and its write.
  store.insert = async (...given) => {
    store.insert = insert;
    await finish(clients[1], second);
    return insert(...given);
  };

  await finish(clients[0], first);

  const ids = await Promise.all(clients.map(async (client) => (await client.ask(auth.me, {})).id));
  expect(ids[0]).toBe(ids[1]);
});

test("a state is for the device that began, and for ten minutes", async () => {
  people("state", "state@provider.example");
  const client = new Client(house);
  const begun = await begin(client, "trusted");
  const start = Date.now();
  const back = backOf(await browse(begun.url, "state"));

  expect(await refusal(finish(new Client(house), back))).toBe("PROVIDER_STATE_REFUSED");
  expect(await refusal(finish(client, { ...back, state: `${back.state}x` }))).toBe(
    "PROVIDER_STATE_REFUSED",
  );
  clock.set(start + 10 * 60_000);
  expect(await refusal(finish(client, back))).toBe("PROVIDER_STATE_REFUSED");
});

test("a code of another sign-in does not fit: the verifier and the nonce are others", async () => {
  people("mixed", "mixed@provider.example");
  const client = new Client(house);
  const [one, two] = [await begin(client, "trusted"), await begin(client, "trusted")];
  const back = backOf(await browse(one.url, "mixed"));

  expect(await refusal(finish(client, { ...back, state: two.state }))).toBe("PROVIDER_REFUSED");
});

test("a code is good once", async () => {
  people("once", "once@provider.example");
  const client = new Client(house);
  const begun = await begin(client, "trusted");
  const back = backOf(await browse(begun.url, "once"));
  await finish(client, back);

  expect(await refusal(finish(client, back))).toBe("PROVIDER_REFUSED");
});

test("another issuer's answer is refused (RFC 9207)", async () => {
  people("mixup", "mixup@provider.example");
  const client = new Client(house);
  const begun = await begin(client, "trusted");
  const back = backOf(await browse(begun.url, "mixup"));

  expect(await refusal(finish(client, { ...back, iss: "https://evil.example" }))).toBe(
    "PROVIDER_REFUSED",
  );
});

test("a provider that is away or unknown says so", async () => {
  expect(await refusal(begin(new Client(house), "away"))).toBe("PROVIDER_FAILED");
  expect(await refusal(begin(new Client(house), "nobody"))).toBe("PROVIDER_UNKNOWN");
  const { items } = await house.guest()(oidc.providers, {});
  expect(items.map(({ id }) => id)).toEqual(["trusted", "any", "away"]);
});

describe("a provider that fails", () => {
  beforeEach(() => breakers.reset());
  afterEach(() => breakers.reset());

  test("is left alone for a while, and no other one with it", async () => {
    const { device } = new Client(house);
    const ask = (provider: string) => refusal(house.guest()(oidc.begin, { provider, device }));

    const answers = [];
    for (let n = 0; n < 6; n++) answers.push(await ask("away"));

    expect(answers).toEqual([...Array(5).fill("PROVIDER_FAILED"), "BREAKER_OPEN"]);
    expect(await ask("trusted")).toBe("done");
    expect(breakers.list().filter(({ state }) => state === "open")).toMatchObject([
      { target: "oidc:away", failed: 5 },
    ]);
  });

  test("is not what wrong codes make of it", async () => {
    const client = new Client(house);
    for (let n = 0; n < 8; n++) {
      const { state } = await begin(client, "trusted");
      expect(await refusal(finish(client, { state, code: "made-up", iss: provider.issuer }))).toBe(
        "PROVIDER_REFUSED",
      );
    }

    expect(breakers.of("oidc:trusted").state).toBe("closed");
  });
});

describe("the address to which providers send browsers back", () => {
  test("answers what, with the device, is a whole question to finish", async () => {
    people("browser", "browser@provider.example");
    const client = new Client(house);
    const begun = await begin(client, "trusted");
    const given = backOf(await browse(begun.url, "browser"));

    const back = await house.guest()(oidc.callback, given);

    expect(back).toEqual(given);
    const { device } = client;
    expect(await house.guest()(oidc.finish, { ...back, device })).toHaveProperty("session");
  });

  test("says why there was no sign-in, and repeats nothing that is none of its own", async () => {
    const { state } = await begin(new Client(house), "trusted");
    const ask = (given: object) =>
      house
        .guest()(oidc.callback, { state, ...given })
        .catch(({ type, data }) => [type, data]);

    expect(await ask({ error: "access_denied" })).toEqual([
      "PROVIDER_REFUSED",
      { reason: "access_denied" },
    ]);
    expect(await ask({ error: "<script>" })).toEqual([
      "PROVIDER_REFUSED",
      { reason: "there is no code" },
    ]);
    expect(await ask({ state: "made-up", code: "x" })).toEqual(["PROVIDER_STATE_REFUSED", {}]);
  });
});

describe("an account is not taken over", () => {
  test("by an e-mail that its provider has not verified", async () => {
    const email = await member(house);
    people("unverified", email, false);

    expect(await refusal(through(new Client(house), "trusted", "unverified"))).toBe(
      "PROVIDER_EMAIL_UNCONFIRMED",
    );
    await house.letterTo(email, "alreadyRegistered");
  });

  test("by a provider whose word for an e-mail is not trusted", async () => {
    const email = await member(house);
    people("claims", email);

    expect(await refusal(through(new Client(house), "any", "claims"))).toBe(
      "PROVIDER_EMAIL_UNCONFIRMED",
    );
  });

  test("and whether there is one is not told", async () => {
    const email = await member(house);
    people("known", email);
    people("unknown", "unknown@provider.example");
    const answer = (name: string) =>
      through(new Client(house), "any", name).catch(({ type, message, data }) => ({
        type,
        message,
        data,
      }));

    expect(await answer("known")).toEqual(await answer("unknown"));
  });

  test("in advance: what was registered without proof is void when the owner comes", async () => {
    const email = "owner@provider.example";
    await house.guest()(auth.register, { email, password: "the attacker's own" });
    const attackers = await house.codeFor(email, "verifyEmail");
    people("owner", email);

    await through(new Client(house), "trusted", "owner");

    expect(await refusal(house.guest()(auth.verify, { code: attackers }))).toBe("CODE_REFUSED");
    expect(await refusal(new Client(house).signIn(email, "the attacker's own"))).toBe(
      "SIGN_IN_REFUSED",
    );
  });
});

test("a trusted provider's verified e-mail links the account that has it", async () => {
  const { email, id } = await signedIn(house);
  people("linked", email);
  const client = new Client(house);

  await through(client, "trusted", "linked");

  expect(await client.ask(auth.me, {})).toMatchObject({
    id,
    password: true,
    providers: ["trusted"],
  });
});

test("an e-mail that is not trusted becomes an account once its letter is answered", async () => {
  people("letter", "letter@provider.example");
  const client = new Client(house);
  expect(await refusal(through(client, "any", "letter"))).toBe("PROVIDER_EMAIL_UNCONFIRMED");

  await house.guest()(auth.verify, { code: await house.codeFor("letter@provider.example") });
  await through(client, "any", "letter");

  expect(await client.ask(auth.me, {})).toMatchObject({ providers: ["any"], status: "active" });
});

test("a provider that tells no e-mail is not enough to begin with", async () => {
  people("shy");

  expect(await refusal(through(new Client(house), "trusted", "shy"))).toBe(
    "PROVIDER_EMAIL_MISSING",
  );
});

describe("who is signed in links a provider", () => {
  test("whatever its e-mail, and nobody else can finish it", async () => {
    people("mine", "quite-another@provider.example", false);
    const { client, id } = await signedIn(house);
    const stranger = await signedIn(house);
    const begun = await client.ask(oidc.link, { provider: "any", device: client.device });
    const back = backOf(await browse(begun.url, "mine"));
    const { device } = client;

    expect(await refusal(finish(client, back))).toBe("PROVIDER_STATE_REFUSED");
    expect(await refusal(stranger.client.ask(oidc.finish, { ...back, device }))).toBe(
      "PROVIDER_STATE_REFUSED",
    );
    await client.ask(oidc.finish, { ...back, device });

    const again = new Client(house);
    await through(again, "any", "mine");
    expect((await again.ask(auth.me, {})).id).toBe(id);
  });

  test("unless it is another's already", async () => {
    people("taken", "taken@provider.example");
    await through(new Client(house), "trusted", "taken");
    const { client } = await signedIn(house);
    const { device } = client;
    const begun = await client.ask(oidc.link, { provider: "trusted", device });
    const back = backOf(await browse(begun.url, "taken"));

    expect(await refusal(client.ask(oidc.finish, { ...back, device }))).toBe(
      "PROVIDER_LINKED_ELSEWHERE",
    );
  });
});

describe("who is signed in takes a provider away", () => {
  /** Somebody with a password and a provider. */
  async function linked(name: string) {
    const person = await signedIn(house);
    people(name, person.email);
    const client = new Client(house);
    await through(client, "trusted", name);
    return { ...person, other: client };
  }

  test("and it is no way in any more: who came in by it is out", async () => {
    const { client, other, id } = await linked("leaver");

    const after = await client.ask(linking.unlink, { provider: "trusted" });

    expect(after).toMatchObject({ id, providers: [], password: true });
    expect(await refusal(other.ask(auth.me, {}))).toBe("TOKEN_INVALID");
    expect(await refusal(client.ask(auth.me, {}))).toBe("done");
    expect(await refusal(client.ask(linking.unlink, { provider: "trusted" }))).toBe(
      "PROVIDER_NOT_LINKED",
    );
  });

  test("and is told of one that was added", async () => {
    const { email } = await linked("added");

    expect(await house.letterTo(email, "providerLinked")).toMatchObject({
      data: { provider: "trusted" },
    });
  });

  test("but not the last way to sign in, until there is a password", async () => {
    people("only", "only@provider.example");
    const client = new Client(house);
    await through(client, "trusted", "only");
    const unlink = () => refusal(client.ask(linking.unlink, { provider: "trusted" }));

    expect(await unlink()).toBe("PROVIDER_LAST_WAY");
    await client.ask(auth.changePassword, { password: "a curtain of one's own" });
    expect(await unlink()).toBe("done");
    expect(
      await new Client(house).signIn("only@provider.example", "a curtain of one's own"),
    ).toHaveProperty("session");
  });
});

test("the second factor is wanted after a provider too", async () => {
  const { email, client: owner } = await signedIn(house);
  const { secret } = await owner.ask(support.beginFactor, {});
  const now = Date.now();
  await owner.ask(support.confirmFactor, { code: codeAt(secret, now) });
  people("guarded", email);
  const client = new Client(house);

  const answer = await through(client, "trusted", "guarded");

  expect(answer).not.toHaveProperty("accessToken");
  clock.set(now + 30_000);
  const challenge = "challenge" in answer ? answer.challenge : "";
  await client.factor(challenge, codeAt(secret, now + 30_000));
  expect((await client.ask(auth.me, {})).email).toBe(email);
  expect(password).toBeDefined();
});

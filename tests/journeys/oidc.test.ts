/** Signing in with a provider: there, back to the house by a plain browser, linked and unlinked. */
import { browse, client, startProvider } from "../accounts/provider.ts";
import { freePort } from "../house/ports.ts";
import { openHouse, type Place } from "./house.ts";
import { type Answer, ask } from "./http.ts";
import { Person, Postbox, password, registered, type Tokens } from "./people.ts";

const port = String(await freePort());
const home = `http://127.0.0.1:${port}`;
const callback = `${home}/v1/auth/providers/callback`;
const provider = await startProvider(callback);
let place: Place;
let postbox: Postbox;
beforeAll(async () => {
  const one = { issuer: provider.issuer, ...client, insecure: true };
  const providers = [
    { ...one, id: "trusted", trustsEmail: true },
    { ...one, id: "any" },
    { ...one, id: "away", issuer: "http://127.0.0.1:9" },
  ];
  place = await openHouse({
    PUBLIC_PORT: port,
    PUBLIC_URL: home,
    OIDC_PROVIDERS: JSON.stringify(providers),
  });
  postbox = new Postbox(place);
}, 60_000);
afterAll(async () => {
  await place.close();
  await provider.stop();
}, 30_000);

const providers = "/v1/auth/providers";

/** From the house to the provider and back, as a browser goes: what the address back answers. */
async function there(begun: Answer<{ url: string }>, name?: string) {
  const { pathname, search } = await browse(begun.json.url, name, callback);
  return ask<{ state: string; code: string }>(home, "GET", pathname + search);
}
const begin = (person: Person, id: string) =>
  person.post<{ url: string }>(`${providers}/${id}/begin`, { device: person.device });

async function finish(person: Person, back: object) {
  const { device } = person;
  const done = await person.post<Tokens>(`${providers}/finish`, { ...back, device });
  if (done.status === 200) person.tokens = done.json;
  return done;
}
const account = (person: Person) => person.ask("GET", "/v1/auth/account");

test("a browser that follows a provider back gets what finishes the sign-in", async () => {
  const email = "jane@provider.example";
  provider.people.set("jane", { email, email_verified: true });
  const person = new Person(home);

  const begun = await begin(person, "trusted");
  const back = await there(begun, "jane");

  expect(back.status).toBe(200);
  expect(back.headers.get("cache-control")).toBe("no-store");
  expect((await finish(new Person(home), back.json)).problem).toBe("PROVIDER_STATE_REFUSED");
  expect((await finish(person, back.json)).status).toBe(200);
  expect((await account(person)).json).toMatchObject({
    ...{ email, status: "active", password: false, providers: ["trusted"] },
  });
  expect((await finish(person, back.json)).problem).toBe("PROVIDER_REFUSED");
});

test("who turns back at the provider is told why there is no sign-in", async () => {
  const begun = await begin(new Person(home), "trusted");

  const back = await there(begun);

  expect([back.status, back.problem]).toEqual([401, "PROVIDER_REFUSED"]);
  expect(back.json).toMatchObject({ data: { reason: "access_denied" } });
});

test("an e-mail is not taken from a provider that is not trusted with it", async () => {
  const owner = await registered(place, postbox);
  provider.people.set("thief", { email: owner.email, email_verified: true });
  const person = new Person(home);

  const back = await there(await begin(person, "any"), "thief");

  expect((await finish(person, back.json)).problem).toBe("PROVIDER_EMAIL_UNCONFIRMED");
  expect(await postbox.letter(owner.email, "alreadyRegistered")).toBeTruthy();
});

test("who has an account links a provider, signs in with it, and takes it away", async () => {
  provider.people.set("linked", { email: "quite-another@provider.example" });
  const person = await registered(place, postbox);
  await person.signIn();
  const { device } = person;

  const begun = await person.post<{ url: string }>(`${providers}/any/link`, { device });
  const back = await there(begun, "linked");
  expect((await finish(person, back.json)).status).toBe(200);
  expect(await postbox.letter(person.email, "providerLinked")).toContain("any");
  const other = new Person(home);
  await finish(other, (await there(await begin(other, "any"), "linked")).json);
  expect((await account(other)).json).toMatchObject({ email: person.email, providers: ["any"] });

  expect((await person.stepUp({ password })).status).toBe(200);
  expect((await person.ask("DELETE", `${providers}/any`)).json).toMatchObject({ providers: [] });
  expect((await person.ask("DELETE", `${providers}/any`)).problem).toBe("PROVIDER_NOT_LINKED");
  expect((await account(other)).problem).toBe("TOKEN_INVALID");
  const again = new Person(home);
  const refused = await finish(again, (await there(await begin(again, "any"), "linked")).json);
  expect(refused.problem).toBe("PROVIDER_EMAIL_UNCONFIRMED");
});

test("the last way to sign in stays until there is another", async () => {
  provider.people.set("only", { email: "only@provider.example", email_verified: true });
  const person = new Person(home, "only@provider.example");
  await finish(person, (await there(await begin(person, "trusted"), "only")).json);

  expect((await person.ask("DELETE", `${providers}/trusted`)).problem).toBe("PROVIDER_LAST_WAY");
  expect((await person.post("/v1/auth/password", { password })).status).toBe(200);
  expect((await person.ask("DELETE", `${providers}/trusted`)).status).toBe(200);
  expect((await person.signIn()).status).toBe(200);
});

test("a provider that is away is left alone, is shown so, and stops nobody else", async () => {
  const person = new Person(home);
  const problems = [];
  // Each node that asks providers has a breaker of its own.
  for (let n = 0; n < 20 && problems.at(-1) !== "BREAKER_OPEN"; n++) {
    problems.push((await begin(person, "away")).problem);
  }

  expect(problems.slice(0, 5)).toEqual(Array(5).fill("PROVIDER_FAILED"));
  expect(problems.at(-1)).toBe("BREAKER_OPEN");
  expect((await begin(person, "trusted")).status).toBe(200);
  const token = place.operatorToken;
  const { json } = await ask<{ items: object[] }>(place.doors.admin, "GET", "/v1/breakers", {
    token,
  });
  expect(json.items).toContainEqual(
    expect.objectContaining({ target: "oidc:away", state: "open", failed: 5 }),
  );
});

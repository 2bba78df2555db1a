/** People who want to be somebody else, or more than they are. */
import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as wait } from "node:timers/promises";
import { made, registered } from "../fuzz/people.ts";
import { ask, besieged, type Siege } from "./siege.ts";

let house: Siege;
let provider: Server;
let viewer: string;
let moderator: string;

/** As much of a provider of OpenID Connect as the beginning of a sign-in asks for. */
async function discoverable(): Promise<Server> {
  const server = createServer((_req, res) => {
    const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    res.setHeader("content-type", "application/json");
    res.end(
      JSON.stringify({
        issuer,
        authorization_endpoint: `${issuer}/auth`,
        token_endpoint: `${issuer}/token`,
        jwks_uri: `${issuer}/jwks`,
        response_types_supported: ["code"],
        subject_types_supported: ["public"],
        id_token_signing_alg_values_supported: ["RS256"],
        code_challenge_methods_supported: ["S256"],
      }),
    );
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  return server;
}

beforeAll(async () => {
  provider = await discoverable();
  const issuer = `http://127.0.0.1:${(provider.address() as AddressInfo).port}`;
  const redirectUri = "https://cinema.example/back";
  house = await besieged({
    REFRESH_GRACE_SECONDS: "1",
    OIDC_PROVIDERS: JSON.stringify([
      { id: "film-id", issuer, clientId: "bijou", redirectUri, insecure: true },
    ]),
  });
  viewer = await registered(house);
  moderator = await made(house, "moderator", house.adminUrl);
});
afterAll(async () => {
  await house.stop();
  provider.close();
});

const password = "a long word that nobody guesses";
const device = "attacking-device-01";
const post = (path: string, body: object, headers = {}) =>
  ask(house.publicUrl, { path, body, headers });
const signIn = (email: string, given = password, from = device) =>
  post("/v1/auth/sign-in", { email, password: given, device: from });
const operator = () => house.token;
async function account() {
  const email = `${randomUUID()}@example.org`;
  const answer = await ask(house.adminUrl, {
    ...{ path: "/v1/accounts", body: { email, password, roles: ["viewer"] }, token: operator() },
  });
  return { email, id: String(answer.json.id) };
}

describe("more than one is", () => {
  it("cannot be had by fields that nobody asked for", async () => {
    const fresh = { email: `${randomUUID()}@example.org`, password };
    const extras = [
      { roles: ["admin"] },
      { role: "admin" },
      { status: "active" },
      { verified: true },
      { id: randomUUID() },
    ];
    for (const extra of extras) {
      expect((await post("/v1/auth/register", { ...fresh, ...extra })).status).toBe(422);
      const { status } = await ask(house.publicUrl, {
        ...{ method: "PATCH", path: "/v1/me", body: { displayName: "x", ...extra }, token: viewer },
      });
      expect(status).toBe(422);
    }
    const { json } = await ask(house.publicUrl, { path: "/v1/auth/account", token: viewer });
    expect(json.roles).toEqual(["viewer"]);
  });

  it("cannot be had at the operator's door, on any of its paths, by a viewer, a moderator or nobody", async () => {
    type Operations = Record<string, { operationId: string; security?: object[] }>;
    const { json } = await ask(house.adminUrl, { path: "/openapi.json" });
    const own = /^\/v1\/(auth|stream|me|guests|sessions)\b|^\/(livez|readyz|docs|openapi\.json)/;
    let tried = 0;
    for (const [pattern, operations] of Object.entries(json.paths as Record<string, Operations>)) {
      if (own.test(pattern)) continue;
      const path = pattern.replace("{action}", "auth.list").replaceAll(/\{\w+\}/g, randomUUID());
      for (const method of Object.keys(operations)) {
        const statuses = [];
        for (const token of [viewer, moderator, undefined]) {
          const given = { method: method.toUpperCase(), path, ...(token ? { token } : {}) };
          statuses.push((await ask(house.adminUrl, given)).status);
        }
        tried++;
        expect({ method, path, statuses }).toEqual({ method, path, statuses: [401, 403, 401] });
      }
    }
    expect(tried).toBeGreaterThan(25);
  });

  it("cannot be had by a key with roles or for actions that its owner lacks", async () => {
    const key = (body: object) =>
      ask(house.publicUrl, { path: "/v1/auth/keys", token: viewer, body: { name: "k", ...body } });
    const plain = await key({ roles: ["viewer"], actions: ["users.me"] });
    const by = { "x-api-key": String(plain.json.key) };

    expect((await key({ roles: ["admin"] })).status).toBe(422);
    expect(plain.status).toBe(201);
    expect((await ask(house.publicUrl, { path: "/v1/me", headers: by })).status).toBe(200);
    expect((await ask(house.publicUrl, { path: "/v1/auth/keys", headers: by })).status).toBe(403);
    expect((await ask(house.adminUrl, { path: "/v1/accounts", headers: by })).status).not.toBe(200);
    const more = { path: "/v1/auth/keys", headers: by, body: { name: "k", roles: ["viewer"] } };
    expect((await ask(house.publicUrl, more)).status).toBe(403);
  });

  it("cannot be had by somebody else's ids", async () => {
    const mine = await ask(house.publicUrl, {
      ...{ path: "/v1/auth/keys", token: viewer, body: { name: "mine", roles: ["viewer"] } },
    });
    const { id } = mine.json.about as { id: string };
    const { email } = await account();
    const other = String((await signIn(email)).json.accessToken);
    const session = await ask(house.publicUrl, { path: "/v1/auth/sessions", token: viewer });
    const [first] = session.json.items as { id: string }[];

    for (const path of [`/v1/auth/keys/${id}`, `/v1/auth/sessions/${first?.id}`]) {
      const { status } = await ask(house.publicUrl, { method: "DELETE", path, token: other });
      expect(status).toBe(404);
    }
    expect((await ask(house.publicUrl, { path: "/v1/auth/account", token: viewer })).status).toBe(
      200,
    );
  });
});

describe("who is known here", () => {
  /** An answer without what differs between any two. */
  const plain = ({ status, json, headers }: Awaited<ReturnType<typeof ask>>) => ({
    status,
    json: { ...json, instance: "" },
    names: Object.keys(headers).sort(),
  });

  it("is not told by registering, by a forgotten password, or by signing in", async () => {
    const { email } = await account();
    const nobody = `${randomUUID()}@example.org`;
    const ways = [
      (to: string) => post("/v1/auth/register", { email: to, password }),
      (to: string) => post("/v1/auth/password/forgot", { email: to }),
      (to: string) => signIn(to, "another word that is wrong"),
    ];

    for (const way of ways) {
      const [known, unknown] = [plain(await way(email)), plain(await way(nobody))];
      expect(known).toEqual(unknown);
    }
  });

  it("is guessed ever more slowly, and the owner's device gets in nevertheless", async () => {
    const { email } = await account();
    await signIn(email);

    const wrong = (i: number) => signIn(email, `wrong word number ${i}`, `guessing-device-${i}0`);
    const first = [await wrong(0), await wrong(1), await wrong(2)];
    // At once: who waited for each answer would have waited long enough for the next guess.
    const guesses = Array.from({ length: 12 }, (_, i) => wrong(3 + i));
    const right = signIn(email, password, "a-new-device-0001");
    const later = await Promise.all(guesses);

    expect(first.map(({ status }) => status)).toEqual([401, 401, 401]);
    expect(new Set(later.map(({ status }) => status))).toEqual(new Set([401, 429]));
    const refused = later.find(({ status }) => status === 429);
    expect(Number(refused?.headers["retry-after"])).toBeGreaterThan(0);
    expect((await right).status).toBe(429);
    expect((await signIn(email)).status).toBe(200);
  });
});

describe("a stolen refresh token", () => {
  const refresh = (refreshToken: unknown, from = device) =>
    post("/v1/auth/refresh", { refreshToken, device: from });

  it("is of no use to another device, and ends what it was stolen from", async () => {
    const { email } = await account();
    const { json } = await signIn(email);

    expect((await refresh(json.refreshToken, "thieving-device-1")).status).toBe(401);
    expect((await refresh(json.refreshToken)).status).toBe(401);
  });

  it("that was used already ends the session, once its grace is over", async () => {
    const { email } = await account();
    const first = (await signIn(email)).json;
    const second = (await refresh(first.refreshToken)).json;
    await wait(1_500);

    expect((await refresh(first.refreshToken)).status).toBe(401);
    expect((await refresh(second.refreshToken)).status).toBe(401);
    const me = { path: "/v1/auth/account", token: String(second.accessToken) };
    for (let tries = 0; tries < 60; tries++) {
      if ((await ask(house.publicUrl, me)).status === 401) break;
      await wait(100);
    }
    expect((await ask(house.publicUrl, me)).status).toBe(401);
  });

  it("that is made up, or is an access token, is refused", async () => {
    for (const token of ["", "a.b.c", randomUUID(), "0".repeat(300)]) {
      expect((await refresh(token)).status).toBe(401);
    }
    expect((await refresh(viewer)).status).toBe(422);
    expect((await refresh(["a"])).status).toBe(422);
    expect((await refresh({ $ne: null })).status).toBe(422);
  });
});

describe("signing in with a provider", () => {
  it("returns nowhere but where the configuration says", async () => {
    const path = "/v1/auth/providers/film-id/begin";
    for (const name of ["redirectUri", "redirect_uri", "returnTo", "next", "url"]) {
      const { status } = await post(path, { device, [name]: "https://evil.example" });
      expect(status).toBe(422);
    }
    const evil = {
      host: "evil.example",
      "x-forwarded-host": "evil.example",
      referer: "https://evil.example",
    };
    const { status, json } = await post(path, { device }, evil);

    expect(status).toBe(200);
    const url = new URL(String(json.url));
    expect(url.origin).toBe(`http://127.0.0.1:${(provider.address() as AddressInfo).port}`);
    expect(url.searchParams.get("redirect_uri")).toBe("https://cinema.example/back");
    expect(url.searchParams.get("code_challenge_method")).toBe("S256");
    expect(String(json.url)).not.toContain("evil");
  });

  it("ends only what the same device has begun", async () => {
    const { json } = await post("/v1/auth/providers/film-id/begin", { device });
    const finish = (state: unknown, from: string) =>
      post("/v1/auth/providers/finish", { state, code: "x", device: from });

    expect((await finish(json.state, "thieving-device-1")).status).toBe(401);
    expect((await finish("made up", device)).status).toBe(401);
    expect((await finish(`${json.state}x`, device)).status).toBe(401);
  });
});

describe("an Idempotency-Key", () => {
  const guest = (key: string | string[], body: object = {}) =>
    post("/v1/guests", body, { "idempotency-key": key });

  it("that is none is refused", async () => {
    for (const key of ["", " ", "a b", "ключ", "x".repeat(201)].map((one) =>
      Buffer.from(one).toString("latin1"),
    )) {
      expect((await guest(key)).status).toBe(422);
    }
    expect((await guest(["a", "b"])).status).not.toBe(201);
  });

  it("gives nobody the answer of somebody else", async () => {
    const key = randomUUID();
    const contact = (token: string) =>
      ask(house.publicUrl, {
        ...{ path: "/v1/me/contacts", body: { address: "same@example.org" }, token },
        headers: { "idempotency-key": key },
      });
    const { email } = await account();
    const other = String((await signIn(email)).json.accessToken);

    const first = await contact(viewer);
    const again = await contact(viewer);
    const theirs = await contact(other);

    expect([first.status, again.status, theirs.status]).toEqual([200, 200, 200]);
    expect(again.headers["idempotency-replayed"]).toBe("true");
    expect(theirs.headers["idempotency-replayed"]).toBeUndefined();
    expect(theirs.json.id).not.toBe(first.json.id);
  });

  it("keeps no answer with a secret, and lets nobody in who has lost the right since", async () => {
    const key = { "idempotency-key": randomUUID() };
    const { email } = await account();
    const body = { email, password, device };
    const first = await post("/v1/auth/sign-in", body, key);
    const again = await post("/v1/auth/sign-in", body, key);

    expect(first.status).toBe(200);
    expect(again.text).not.toContain(String(first.json.refreshToken));
    const ended = {
      path: "/v1/auth/sign-out",
      body: {},
      token: String(first.json.accessToken),
      headers: key,
    };
    expect((await ask(house.publicUrl, ended)).status).toBe(200);
    for (let tries = 0; tries < 60; tries++) {
      if ((await ask(house.publicUrl, ended)).status === 401) break;
      await wait(100);
    }
    expect((await ask(house.publicUrl, ended)).status).toBe(401);
  });
});

/** Whoever tries what is between the house and the providers: addresses back, links, sockets. */
import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { Client, type Refused } from "../../mixins/sockets/client.ts";
import { registered } from "../fuzz/people.ts";
import { type Answer, ask, besieged, raw, type Siege } from "./siege.ts";

let house: Siege;
let provider: Server;
let viewer: string;
/** What the provider answers to a code. */
let token = { status: 400, body: '{"error":"invalid_grant"}' };
const device = "attacking-device-01";

/** A provider that everybody believes to be there. */
async function discoverable(): Promise<Server> {
  const server = createServer((req, res) => {
    const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    res.setHeader("content-type", "application/json");
    if (req.url === "/token") return void res.writeHead(token.status).end(token.body);
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
  house = await besieged({
    OIDC_PROVIDERS: JSON.stringify([{ id: "film-id", issuer, clientId: "bijou", insecure: true }]),
  });
  viewer = await registered(house);
});
afterAll(async () => {
  await house.stop();
  provider.close();
  provider.closeAllConnections();
});

const providers = "/v1/auth/providers";
const back = (query: string) => ask(house.publicUrl, { path: `${providers}/callback?${query}` });
const begin = async () => {
  const path = `${providers}/film-id/begin`;
  const { json } = await ask(house.publicUrl, { path, body: { device } });
  return { state: String(json.state), url: new URL(String(json.url)) };
};
const problem = ({ json }: Answer) => String(json.type).replace("/problems/", "");

describe("the address to which providers send people back", () => {
  it.each([
    "state=<script>alert(1)</script>&code=x",
    "state=&code=x",
    "code=x",
    "state=a&state=b&code=x",
    `state=${"x".repeat(3_000)}&code=x`,
    "state[]=x&code=x",
    "__proto__=x&constructor=y&state=z",
    "state=%00&code=%00",
    "state=x%0d%0aSet-Cookie:%20a=b&code=x",
  ])("takes nothing that the house did not make: %s", async (query) => {
    const answer = await back(query);

    expect([401, 422]).toContain(answer.status);
    expect(answer.headers["content-type"]).toMatch(/^application\/problem\+json/);
    expect(answer.headers["set-cookie"]).toBeUndefined();
    expect(answer.text).not.toContain("<script>");
  });

  it("leads nowhere else, whatever it is told", async () => {
    const { state } = await begin();
    const evil = "https%3A%2F%2Fevil.example";
    const query = `state=${state}&code=x&redirect_uri=${evil}&next=${evil}&return_to=//evil.example`;

    const answer = await back(query);

    expect(answer.status).toBe(200);
    expect(answer.headers.location).toBeUndefined();
    expect(Object.keys(answer.json).toSorted()).toEqual(["code", "state"]);
    expect(answer.headers).toMatchObject({
      "cache-control": "no-store",
      "x-content-type-options": "nosniff",
      "referrer-policy": "no-referrer",
    });
  });

  it("puts nothing of an error into headers or beside its own words", async () => {
    const { state } = await begin();

    const answer = await raw(
      house.publicUrl,
      `GET ${providers}/callback?state=${state}&error=x%0d%0aX-Evil:%20yes HTTP/1.1\r\n` +
        "Host: a\r\nConnection: close\r\n\r\n",
    );

    expect(answer).toMatch(/^HTTP\/1\.1 401 /);
    expect(answer).not.toMatch(/^X-Evil/m);
    expect(answer).not.toContain("X-Evil");
  });

  it("sends people only to where the configuration says", async () => {
    const { url } = await begin();

    expect(url.searchParams.get("redirect_uri")).toBe(
      "http://127.0.0.1:3000/v1/auth/providers/callback",
    );
  });
});

describe("the breaker before a provider", () => {
  const finish = async (code: string) => {
    const { state } = await begin();
    return ask(house.publicUrl, { path: `${providers}/finish`, body: { state, code, device } });
  };

  it("is not opened by strangers with codes of their own", async () => {
    for (const code of ["x", "\u0000", "a&b=c", "%", "я", "x".repeat(2_000), "../../token"]) {
      expect(problem(await finish(code))).toBe("PROVIDER_REFUSED");
    }

    expect((await begin()).state).toBeTruthy();
  });

  it("nor by what a provider says that is no answer to them", async () => {
    for (const body of ["<html>", "{}", "null", '{"access_token":7}', '{"id_token":"a.b.c"}']) {
      token = { status: 200, body };
      expect([401, 502]).toContain((await finish("x")).status);
    }
    token = { status: 400, body: '{"error":"invalid_grant"}' };

    expect((await begin()).state).toBeTruthy();
  });
});

describe("a provider is taken away by nobody", () => {
  const take = (provider: string, headers = {}) =>
    ask(house.publicUrl, { method: "DELETE", path: `${providers}/${provider}`, headers });

  it("who has not signed in, or shows only a key", async () => {
    const body = { name: "a program", roles: ["viewer"] };
    const made = await ask(house.publicUrl, { path: "/v1/auth/keys", body, token: viewer });
    const key = String(made.json.key);

    expect((await take("film-id")).status).toBe(401);
    expect(problem(await take("film-id", { "x-api-key": key }))).toBe("STEP_UP_WANTED");
    expect(problem(await take("film-id", { authorization: `Bearer ${key}` }))).toBe(
      "STEP_UP_WANTED",
    );
  });

  it.each(["__proto__", "constructor", "..", "%2e%2e", "a%7Cb", "FILM-ID"])(
    "under the name %s",
    async (name) => {
      const { status } = await take(name, { authorization: `Bearer ${viewer}` });

      expect([400, 404, 405, 422]).toContain(status);
    },
  );
});

describe("a socket", () => {
  const refused = (token?: string, headers?: Record<string, string>) => {
    const client = new Client({ url: house.publicUrl, token, ...(headers ? { headers } : {}) });
    return client
      .ready()
      .then(
        () => "let in",
        ({ type }: Refused) => type,
      )
      .finally(() => client.close());
  };

  it("is opened by no key, wherever it is shown, and not by a header that contradicts", async () => {
    const body = { name: "for sockets", roles: ["viewer"] };
    const made = await ask(house.publicUrl, { path: "/v1/auth/keys", body, token: viewer });
    const key = String(made.json.key);
    const authorization = `Bearer ${viewer}`;

    expect(await refused(key)).toBe("SOCKET_KEY_REFUSED");
    expect(await refused(undefined, { "x-api-key": key })).toBe("SOCKET_KEY_REFUSED");
    expect(await refused(undefined, { authorization: `Bearer ${key}` })).toBe("SOCKET_KEY_REFUSED");
    expect(await refused(viewer, { "x-api-key": key })).toBe("SOCKET_KEY_REFUSED");
    expect(await refused("eyJ.forged", { authorization })).toBe("TOKEN_INVALID");
    expect(await refused(undefined, { authorization })).toBe("let in");
  });

  it("of whoever has the house's own token is none of the public door", async () => {
    expect(await refused(house.token)).toBe("API_KEY_REFUSED");
  });
});

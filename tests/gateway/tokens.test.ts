/** Access tokens, API keys and the operator's token, as the doors of the product take them. */
import { generateKeyPairSync, type KeyObject, randomUUID } from "node:crypto";
import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { exportJWK, type JWTPayload, SignJWT, UnsecuredJWT } from "jose";
import type { ServiceSchema } from "moleculer";
import * as apikeys from "../../services/access/apikeys.contract.ts";
import { jwks } from "../../services/access/keys.contract.ts";
import { revocation, revoked } from "../../services/access/sessions.contract.ts";
import { admins } from "../../services/accounts/support.contract.ts";
import * as users from "../../services/accounts/users.contract.ts";
import type { Door } from "../../services/shared/contract.ts";
import { wiring } from "../../services/shared/wire.ts";
import { soon, until } from "../house/soon.ts";
import { actors, filmId } from "./actors.ts";
import { askAt, closeHouses, openHouse, token as operatorToken } from "./house.ts";

process.env.DATA_DIR = mkdtempSync(join(tmpdir(), "bijou-tokens-"));
const { guarding } = await import("../../services/gateway/guarding.ts");
afterAll(closeHouses);

const issuer = "http://127.0.0.1:3000";
const { serve } = wiring();
const pair = generateKeyPairSync("ed25519");
const other = generateKeyPairSync("ed25519");
const account = randomUUID();
const keyId = randomUUID();
const guest = randomUUID();

interface Minted {
  claims?: JWTPayload;
  key?: KeyObject;
  kid?: string;
  audience?: Door[];
  typ?: string;
  expires?: string;
}
const claimsOf = (claims: JWTPayload = {}): JWTPayload => ({
  sid: randomUUID(),
  roles: ["viewer"],
  amr: ["pwd"],
  auth_time: Math.floor(Date.now() / 1_000),
  ...claims,
});
const mint = ({ claims, key = pair.privateKey, kid = "k1", ...rest }: Minted = {}) =>
  new SignJWT(claimsOf(claims))
    .setProtectedHeader({ alg: "EdDSA", kid, typ: rest.typ ?? "at+jwt" })
    .setIssuer(issuer)
    .setAudience(rest.audience ?? ["public", "admin"])
    .setSubject(account)
    .setIssuedAt()
    .setExpirationTime(rest.expires ?? "10m")
    .sign(key);

const told = {
  revoked: [] as { session: string; at: number; ended: boolean }[],
  admins: 0,
  checks: 0,
};

async function accounts(): Promise<ServiceSchema[]> {
  const jwk = { ...(await exportJWK(pair.publicKey)), kid: "k1", alg: "EdDSA", use: "sig" };
  return [
    { name: "keys", actions: serve(jwks, () => ({ keys: [jwk as never] })) },
    {
      name: "sessions",
      actions: serve(revoked, () => ({ items: told.revoked, next: new Date().toISOString() })),
    },
    {
      name: "users",
      actions: serve(users.recognise, ({ params: { id, secret } }) => {
        if (secret !== "right") throw users.GuestRefused();
        return { id };
      }),
    },
    { name: "auth", actions: serve(admins, () => ({ count: told.admins })) },
    {
      name: "apikeys",
      actions: serve(apikeys.check, ({ params: { key } }) => {
        told.checks++;
        if (key !== "a-key-of-the-tests") throw apikeys.KeyRefused();
        return { id: keyId, account, roles: ["operator" as const], actions: ["films.*"] };
      }),
    },
  ];
}

async function house(door: Door = "public") {
  const films = actors();
  const services = [...films.services, ...(await accounts())];
  const { broker, server } = await openHouse({
    services,
    door,
    guard: guarding(door, door === "admin" ? operatorToken : undefined),
  });
  const ask = askAt(server);
  const show = (token: string, path = `/v1/films/${filmId}`) =>
    ask(path, { headers: { authorization: `Bearer ${token}` } });
  return { broker, ask, show, calls: films.calls };
}

describe("an access token", () => {
  it("says who asks, and with what roles", async () => {
    const { show, calls } = await house("admin");
    const sid = randomUUID();

    const { status } = await show(await mint({ claims: { sid, roles: ["operator", "viewer"] } }));

    expect(status).toBe(200);
    expect(calls[0]?.meta.caller).toMatchObject({
      ...{ id: account, role: "operator", session: sid, door: "admin" },
      roles: ["operator", "viewer"],
    });
  });

  it("of too small a role is 403, and none at all 401", async () => {
    const { show, ask } = await house("admin");

    expect((await show(await mint())).status).toBe(403);
    expect((await ask(`/v1/films/${filmId}`)).status).toBe(401);
  });

  it("that is forged, expired, unsigned or another door's is refused, also where guests may ask", async () => {
    const { show } = await house();
    const unsigned = new UnsecuredJWT(claimsOf()).setIssuer(issuer).setAudience("public").encode();
    const bad = [
      await mint({ key: other.privateKey }),
      await mint({ kid: "k2" }),
      await mint({ expires: "-1s" }),
      await mint({ audience: ["seller"] }),
      await mint({ typ: "JWT" }),
      unsigned,
      "ey.not.one",
      `ey.${"x".repeat(5_000)}.y`,
    ];

    for (const token of bad) {
      const { status, headers } = await show(token);
      expect([status, headers["www-authenticate"]]).toEqual([
        401,
        expect.stringMatching(/^Bearer/),
      ]);
    }
  });

  it("is refused from the moment that its session's end is told", async () => {
    const { broker, show } = await house();
    const session = randomUUID();
    const token = await mint({ claims: { sid: session } });
    const before = await show(token);

    await broker.broadcast(revocation.name, { session, at: Date.now(), ended: true });
    const after = await show(token);

    expect([before.status, after.status]).toEqual([200, 401]);
    expect(after.json).toMatchObject({ data: { reason: "revoked" } });
  });

  it("is refused within five seconds where nobody told it", async () => {
    const { show } = await house();
    const session = randomUUID();
    const token = await mint({ claims: { sid: session } });
    expect((await show(token)).status).toBe(200);

    told.revoked = [{ session, at: Date.now(), ended: true }];

    await until(async () => (await show(token)).status === 401, "it is refused", 5_000);
  });
});

describe("an API key", () => {
  it("is its account, within the actions that it names, and asked for once in a while", async () => {
    told.checks = 0;
    const { ask, calls } = await house("admin");
    const headers = { "x-api-key": "a-key-of-the-tests" };

    const film = await ask(`/v1/films/${filmId}`, { headers });
    const again = await ask(`/v1/films/${filmId}`, {
      headers: { authorization: "Bearer a-key-of-the-tests" },
    });
    const found = await ask("/v1/search?q=x", { headers });

    expect([film.status, again.status, found.status]).toEqual([200, 200, 403]);
    expect(found.json.type).toBe("/problems/ACTION_REFUSED");
    expect(calls[0]?.meta.caller).toMatchObject({ id: account, key: keyId, actions: ["films.*"] });
    expect(told.checks).toBe(1);
  });

  it("that is wrong is 401, at the admin door too", async () => {
    for (const door of ["public", "admin"] as const) {
      const { ask } = await house(door);

      const { status } = await ask("/v1/films", { headers: { "x-api-key": "wrong" } });

      expect(status).toBe(401);
    }
  });
});

test("a guest is told from others by id and secret, and stays a guest", async () => {
  const { ask, calls } = await house();
  const show = (shown: string, path = "/v1/films?limit=3") =>
    ask(path, { headers: { authorization: `Guest ${shown}` } });

  expect((await show(`${guest}:right`)).status).toBe(200);
  expect((await show(`${guest}:wrong`)).status).toBe(422);
  expect((await show("nonsense")).status).toBe(401);
  expect(calls).toHaveLength(1);
});

test("the operator's token stands in until there is an admin", async () => {
  told.admins = 0;
  const first = await house("admin");
  expect((await first.show(operatorToken)).status).toBe(200);

  told.admins = 1;
  const second = await house("admin");

  const refused = await soon(
    () => second.show(operatorToken),
    ({ status }) => status !== 200,
  );
  expect(refused.status).toBe(401);
  expect(refused.text).toContain("OPERATOR_TOKEN_RETIRED");
});

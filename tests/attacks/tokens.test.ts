/** Tokens that are not what they say: no door takes one, also where a guest would do. */
import { randomUUID } from "node:crypto";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import {
  decodeJwt,
  decodeProtectedHeader,
  exportJWK,
  exportSPKI,
  generateKeyPair,
  importJWK,
  type JWK,
  SignJWT,
  UnsecuredJWT,
} from "jose";
import { sealing } from "../../mixins/sealing.ts";
import { made, registered } from "../fuzz/people.ts";
import { connectRaw, endOf } from "../realtime/raw.ts";
import { ask, besieged, type Siege } from "./siege.ts";

let house: Siege;
/** One that gets an admin. */
let own: Siege | undefined;
let token: string;
let claims: Record<string, unknown>;
let header: { alg: string; kid: string; typ: string };

beforeAll(async () => {
  house = await besieged();
  token = await registered(house);
  claims = decodeJwt(token);
  header = decodeProtectedHeader(token) as typeof header;
});
afterAll(() => Promise.all([house, own].map((one) => one?.stop())));

const me = (given: string) => ask(house.publicUrl, { path: "/v1/auth/account", token: given });
const jwks = async () => {
  const { json } = await ask(house.publicUrl, { path: "/.well-known/jwks.json" });
  return json.keys as (JWK & { kid: string })[];
};

/** The key that the house itself signs with, as who has stolen the disk would have it. */
async function stolenKey() {
  const secrets = join(house.dir, "secrets");
  const text = await readFile(join(house.dir, "documents/keys.db"), "utf8");
  const [line = ""] = text
    .trim()
    .split("\n")
    .filter((one) => one.includes('"sealed"'));
  const { sealed } = JSON.parse(line) as { sealed: string };
  for (const name of await readdir(secrets)) {
    const secret = (await readFile(join(secrets, name), "utf8")).trim();
    try {
      const opened = sealing(secret, "signing-keys").open(sealed);
      if (opened) return importJWK(JSON.parse(opened) as JWK, "EdDSA");
    } catch {}
  }
  throw new Error("No secret opens the key.");
}

async function refused(given: string) {
  for (const path of ["/v1/auth/account", "/v1/films"]) {
    const { status, json } = await ask(house.publicUrl, { path, token: given });
    expect({ path, status }).toEqual({ path, status: 401 });
    expect(json.type).toMatch(/TOKEN_INVALID|TOKEN_REFUSED|API_KEY_REFUSED/);
  }
}

it("the true one is taken", async () => {
  expect((await me(token)).status).toBe(200);
});

it("unsigned: alg none in every spelling", async () => {
  const [, body = ""] = token.split(".");
  const unsigned = new UnsecuredJWT(claims).encode();

  await refused(unsigned);
  for (const alg of ["none", "None", "NONE", "nOnE"]) {
    const head = Buffer.from(JSON.stringify({ ...header, alg })).toString("base64url");
    await refused(`${head}.${body}.`);
    await refused(`${head}.${body}.${token.split(".")[2]}`);
  }
});

it("signed by somebody else, with the house's kid, another one, none, or one that is a path", async () => {
  const { privateKey } = await generateKeyPair("EdDSA");

  for (const kid of [header.kid, "other", "", "../../secrets/accounts", "' OR 1=1 --", undefined]) {
    const head = { ...header, ...(kid === undefined ? { kid: undefined } : { kid }) };
    await refused(await new SignJWT(claims).setProtectedHeader(head).sign(privateKey));
  }
});

it("signed with a key that it brings itself", async () => {
  const { privateKey, publicKey } = await generateKeyPair("EdDSA", { extractable: true });
  const jwk = await exportJWK(publicKey);

  for (const more of [{ jwk }, { jku: "http://127.0.0.1:1/jwks" }, { x5u: "http://127.0.0.1:1" }]) {
    const head = { ...header, ...more };
    await refused(await new SignJWT(claims).setProtectedHeader(head).sign(privateKey));
  }
});

it("signed by HMAC with the public key as the secret", async () => {
  const [key] = await jwks();
  const shown = await importJWK({ ...key }, "EdDSA", { extractable: true });
  const secrets = [String(key?.x), await exportSPKI(shown as Parameters<typeof exportSPKI>[0])];

  for (const secret of secrets) {
    const signer = new SignJWT(claims).setProtectedHeader({ ...header, alg: "HS256" });
    await refused(await signer.sign(Buffer.from(secret)));
  }
});

it("changed after it was signed", async () => {
  const [head, , signature] = token.split(".");
  for (const change of [{ roles: ["admin"] }, { sub: claims.sid }, { exp: 9_999_999_999 }]) {
    const body = Buffer.from(JSON.stringify({ ...claims, ...change })).toString("base64url");
    await refused(`${head}.${body}.${signature}`);
  }
});

it("expired, of another kind, of another issuer or without its claims, though signed by the house", async () => {
  const key = await stolenKey();
  const signed = (body: object, head = {}) =>
    new SignJWT({ ...claims, ...body }).setProtectedHeader({ ...header, ...head }).sign(key);
  const past = Math.floor(Date.now() / 1_000) - 1;

  expect((await me(await signed({}))).status).toBe(200);
  await refused(await signed({ exp: past }));
  await refused(await signed({ exp: undefined }));
  await refused(await signed({ iss: "https://evil.example" }));
  await refused(await signed({ sub: "operator" }));
  await refused(await signed({ aud: ["everything"] }));
  await refused(await signed({}, { typ: "JWT" }));
});

it("of another door", async () => {
  const seller = await made(house, "seller", house.sellerUrl);
  const courier = await made(house, "courier", house.logisticsUrl);
  const doors = { seller: house.sellerUrl, logistics: house.logisticsUrl, admin: house.adminUrl };
  const at = async (given: string) =>
    Object.fromEntries(
      await Promise.all(
        Object.entries(doors).map(async ([door, url]) => {
          const { status } = await ask(url, { path: "/v1/auth/account", token: given });
          return [door, status] as const;
        }),
      ),
    );

  expect(await at(token)).toEqual({ seller: 401, logistics: 401, admin: 401 });
  expect(await at(seller)).toEqual({ seller: 200, logistics: 401, admin: 401 });
  expect(await at(courier)).toEqual({ seller: 401, logistics: 200, admin: 401 });
  for (const url of [house.publicUrl, house.sellerUrl, house.logisticsUrl]) {
    const { status } = await ask(url, { path: "/v1/auth/providers", token: house.token });
    expect(status).toBe(401);
  }
});

it("that is no token, too long, given twice, or by another scheme", async () => {
  for (const given of ["ey.", "ey..", "eyJ.x.y", "a".repeat(5_000), `ey${"x".repeat(9_000)}.a.b`]) {
    await refused(given);
  }
  for (const authorization of ["Basic dTpw", "Bearer", `Bearer ${token} ${token}`, token]) {
    const answer = await ask(house.publicUrl, { path: "/v1/films", headers: { authorization } });
    expect(answer.status).toBe(401);
  }
  const path = `/v1/auth/account?access_token=${token}&token=${token}`;
  expect((await ask(house.publicUrl, { path })).status).toBe(401);
});

it("the house's own, on a socket that is open when the first admin comes", async () => {
  own = await besieged();
  const socket = await connectRaw(own.adminUrl, own.token);
  const end = endOf(socket);
  const email = `${randomUUID()}@example.org`;
  const body = { email, password: "a long word for the road", roles: ["admin"] };

  const made = await ask(own.adminUrl, { path: "/v1/accounts", body, token: own.token });
  const began = Date.now();
  const { reason } = await end;

  expect(made.status).toBeLessThan(300);
  expect(reason).toBe("revoked");
  expect(Date.now() - began).toBeLessThan(5_000);
}, 30_000);

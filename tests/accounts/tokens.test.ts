import { exportJWK, generateKeyPair, importJWK, SignJWT } from "jose";
import type { Stored } from "../../mixins/documents/collection.ts";
import type { Store } from "../../mixins/documents/store.ts";
import { makeVerifier } from "../../mixins/tokens/verifier.ts";
import * as keys from "../../services/access/keys.contract.ts";
import * as sessions from "../../services/access/sessions.contract.ts";
import * as auth from "../../services/accounts/auth.contract.ts";
import { clock } from "../../services/shared/clock.ts";
import type { Door } from "../../services/shared/contract.ts";
import { type Client, type House, issuer, openHouse, refusal, signedIn, tidyUp } from "./house.ts";

let house: House;
beforeAll(async () => {
  house = await openHouse();
});
afterEach(() => clock.set());
afterAll(async () => {
  await house.stop();
  await tidyUp();
});

const reasonOf = (token: string, audience: Door = "public", verifier = house.verifier) =>
  verifier.verify(token, { audience }).then(
    () => "fine",
    (error: { data?: { reason?: string } }) => error.data?.reason ?? String(error),
  );
const decoded = (token: string) => {
  const [header = "", payload = ""] = token.split(".");
  const read = (part: string) => JSON.parse(Buffer.from(part, "base64url").toString());
  return { header: read(header), payload: read(payload) };
};
const encode = (value: object) => Buffer.from(JSON.stringify(value)).toString("base64url");

test("an access token says who, for which doors, and for ten minutes", async () => {
  const { client, id } = await signedIn(house);

  const { header, payload } = decoded(client.tokens.accessToken);

  expect(header).toMatchObject({ alg: "EdDSA", typ: "at+jwt" });
  expect(payload).toMatchObject({
    iss: issuer,
    aud: ["public"],
    sub: id,
    sid: client.tokens.session,
    roles: ["viewer"],
    amr: ["pwd"],
  });
  expect(payload.exp - payload.iat).toBeGreaterThan(599); // `exp` is a whole second
  expect(payload.exp - payload.iat).toBeLessThanOrEqual(600);
  expect(client.tokens.expiresIn).toBe(600);
});

describe("is refused", () => {
  let client: Client;
  let token: string;
  beforeAll(async () => {
    ({ client } = await signedIn(house));
    token = client.tokens.accessToken;
  });

  test("when it was changed", async () => {
    const [header, , signature] = token.split(".");
    const { payload } = decoded(token);
    const richer = encode({ ...payload, roles: ["admin"], aud: ["public", "admin"] });

    expect(await reasonOf([header, richer, signature].join("."))).toBe("forged");
  });

  test.each([
    ["alg none", { alg: "none" }],
    ["alg HS256", { alg: "HS256" }],
    ["a wrong kid", { kid: "00000000-0000-7000-8000-000000000000" }],
    ["no kid", { kid: undefined }],
    ["another kind", { typ: "JWT" }],
  ])("with %s", async (_, change) => {
    const { header, payload } = decoded(token);
    const forged = `${encode({ ...header, ...change })}.${encode(payload)}`;

    expect(await reasonOf(`${forged}.`)).toBe("forged");
    expect(await reasonOf(`${forged}.${token.split(".")[2]}`)).toBe("forged");
  });

  test("when another key signed it under the name of ours", async () => {
    const { privateKey } = await generateKeyPair("EdDSA", { extractable: true });
    const { header, payload } = decoded(token);
    const forged = await new SignJWT(payload).setProtectedHeader(header).sign(privateKey);

    expect(await reasonOf(forged)).toBe("forged");
  });

  test("when it brings its own key along", async () => {
    const { publicKey, privateKey } = await generateKeyPair("EdDSA", { extractable: true });
    const { header, payload } = decoded(token);
    const jwk = await exportJWK(publicKey);
    const forged = await new SignJWT(payload)
      .setProtectedHeader({ ...header, jwk })
      .sign(privateKey);

    expect(await reasonOf(forged)).toBe("forged");
  });

  test.each(["", "a", "a.b.c", "....", "x".repeat(10_000)])(
    "when it is no token: %#",
    async (no) => {
      expect(await reasonOf(no)).toBe("forged");
    },
  );

  test("at another door", async () => {
    for (const door of ["seller", "logistics", "admin"] as const) {
      expect(await reasonOf(token, door)).toBe("for another door");
    }
  });

  test("of another issuer", async () => {
    const other = makeVerifier({
      issuer: "https://elsewhere.example",
      jwks: () => house.ask(keys.jwks, {}) as never,
      revokedSince: () => house.ask(sessions.revoked, {}),
    });

    expect(await reasonOf(token, "public", other)).toBe("forged");
  });

  test("once it is too old, whether it was kept or not", async () => {
    expect(await reasonOf(token)).toBe("fine");
    clock.set(Date.now() + 600_000);
    const fresh = makeVerifier({
      issuer,
      jwks: () => house.ask(keys.jwks, {}) as never,
      revokedSince: () => house.ask(sessions.revoked, {}),
    });

    expect(await reasonOf(token)).toBe("expired");
    expect(await reasonOf(token, "public", fresh)).toBe("expired");
  });
});

test("verified tokens are kept, so many at most, and no longer than they are good", async () => {
  const { client } = await signedIn(house);
  let asked = 0;
  const small = makeVerifier({
    issuer,
    jwks: () => {
      asked++;
      return house.ask(keys.jwks, {}) as never;
    },
    revokedSince: () => house.ask(sessions.revoked, {}),
    most: 2,
  });
  const tokens = [client.tokens.accessToken];
  for (let i = 0; i < 3; i++) tokens.push((await client.refresh()).accessToken);

  for (const token of tokens) await small.verify(token, { audience: "public" });

  expect(small.size).toBe(2);
  expect(asked).toBe(1);
  const last = tokens.at(-1) ?? "";
  expect(small.known(last, { audience: "public" })).toBe(small.known(last, { audience: "public" }));
  expect(small.known("never seen", { audience: "public" })).toBeUndefined();
  small.hear({ session: client.tokens.session, at: Date.now(), ended: true });
  expect(small.size).toBe(0);
});

test("unknown keys make nobody ask for the keys again and again", async () => {
  clock.set(Date.now());
  const { client } = await signedIn(house);
  let asked = 0;
  const verifier = makeVerifier({
    issuer,
    jwks: () => {
      asked++;
      return house.ask(keys.jwks, {}) as never;
    },
    revokedSince: () => house.ask(sessions.revoked, {}),
  });
  await verifier.verify(client.tokens.accessToken, { audience: "public" });
  const { header, payload } = decoded(client.tokens.accessToken);

  for (let i = 0; i < 50; i++) {
    await reasonOf(
      `${encode({ ...header, kid: `k${i}` })}.${encode(payload)}.AA`,
      "public",
      verifier,
    );
  }

  expect(asked).toBe(1);
});

describe("keys", () => {
  test("published are public halves alone", async () => {
    const { keys: published } = await house.ask(keys.jwks, {});

    expect(published.length).toBeGreaterThan(0);
    for (const key of published) {
      expect(Object.keys(key).toSorted()).toEqual(["alg", "crv", "kid", "kty", "use", "x"]);
      await importJWK(key, "EdDSA");
    }
  });

  test("are published from memory while their store stands still", async () => {
    const { store } = house.actor<{ store: Pick<Store<Stored>, "each"> }>("keys");
    const before = await house.ask(keys.jwks, {});
    const { each } = store;
    let goOn = () => {};
    const moved = new Promise<void>((resolve) => (goOn = resolve));
    store.each = async function* () {
      await moved;
      yield* each.call(store);
    };

    const still = await house.ask(keys.jwks, {});
    store.each = each;
    goOn();

    expect(still).toEqual(before);
    expect(still.keys.length).toBeGreaterThan(0);
  });

  test("rotate without one verification that fails", async () => {
    const { client } = await signedIn(house);
    const start = Date.now();
    const kids = new Set<string>();
    const minute = 60_000;
    // A token of each minute is shown until it ends, while keys come and go.
    const shown: { token: string; until: number }[] = [];
    for (let m = 0; m <= 45; m++) {
      clock.set(start + m * minute);
      if (m % 10 === 5) await house.ask(keys.rotate, {});
      const { accessToken } = await client.refresh();
      shown.push({ token: accessToken, until: m + 9 });
      kids.add(decoded(accessToken).header.kid);
      for (const { token, until } of shown) {
        if (m <= until) expect(await reasonOf(token)).toBe("fine");
      }
    }

    expect(kids.size).toBeGreaterThanOrEqual(4);
    expect((await house.ask(keys.jwks, {})).keys.length).toBeLessThanOrEqual(4);
  });

  test("rotate by themselves when their days are over", async () => {
    const { client } = await signedIn(house);
    const before = decoded(client.tokens.accessToken).header.kid;
    const start = Date.now();
    const dayMs = 86_400_000;
    for (let day = 20; day <= 60; day += 20) {
      clock.set(start + day * dayMs);
      await house.ask(keys.jwks, {});
      await client.refresh();
      expect(await refusal(client.ask(auth.me, {}))).toBe("done");
    }
    clock.set(start + 60 * dayMs + 2 * 3_600_000);
    await client.refresh();

    expect(decoded(client.tokens.accessToken).header.kid).not.toBe(before);
  });
});

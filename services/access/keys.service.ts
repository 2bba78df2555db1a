/**
 * Keys: owns the keys that sign access tokens (Ed25519), makes successors ahead of their use and
 * drops what no living token needs. The private halves lie sealed and never leave.
 */
import { setTimeout as wait } from "node:timers/promises";
import { exportJWK, generateKeyPair, importJWK, type JWK, SignJWT } from "jose";
import type { ServiceSchema } from "moleculer";
import { env } from "../../config/env.ts";
import { keptSecret } from "../../config/secrets.ts";
import { collection, type Stored } from "../../mixins/documents/collection.ts";
import { documents, type WithStore } from "../../mixins/documents/documents.ts";
import { sealing } from "../../mixins/sealing.ts";
import { letGo } from "../../mixins/sweeping.ts";
import { type Claims, doorsFor, tokenType } from "../../mixins/tokens/claims.ts";
import { due, type KeyTimes, type Spans, signing, spent } from "../../mixins/tokens/rotation.ts";
import { Turns } from "../../mixins/turns.ts";
import { clock } from "../shared/clock.ts";
import { newId } from "../shared/ids.ts";
import { wiring } from "../shared/wire.ts";
import * as keys from "./keys.contract.ts";

interface KeyDocument extends Stored, KeyTimes {
  /** The public half. */
  x: string;
  /** The private half, sealed. */
  sealed: string;
}
interface Signer {
  kid: string;
  key: Awaited<ReturnType<typeof importJWK>>;
}
interface KeysService extends WithStore<KeyDocument> {
  turns: Turns;
  keys: KeyDocument[];
  signer?: Signer | undefined;
  /** The look that whoever asks for the keys waits for. */
  looking?: Promise<void> | undefined;
  timer: NodeJS.Timeout;
}

const { ACCESS_TOKEN_SECONDS, KEY_ROTATION_DAYS, PUBLIC_URL } = env.accounts;
/** The doors read the keys once a minute; five for those whose clock or network is slow. */
const overlapMs = 5 * 60_000;
const spans: Spans = {
  rotationMs: KEY_ROTATION_DAYS * 86_400_000,
  aheadMs: 3_600_000,
  tokenMs: ACCESS_TOKEN_SECONDS * 1_000 + overlapMs,
};
const lookEveryMs = 60_000;
/** So long a store that stands still is waited for by whoever asks for the keys. */
const patienceMs = 250;
const sealed = sealing(keptSecret(env.house.DATA_DIR, "accounts"), "signing-keys");
const { serve } = wiring<KeysService>();

export default {
  name: "keys",
  mixins: [documents(collection<KeyDocument>({ name: "keys", indexes: {}, stays: true }))],

  actions: {
    ...serve(keys.jwks, async function () {
      await lookSoon(this);
      return { keys: this.keys.map(published) };
    }),

    ...serve(keys.rotate, async function () {
      const made = await this.turns.run("keys", () => make(this, clock.now() + overlapMs));
      return { kid: made.id, activeFrom: new Date(made.activeFrom).toISOString() };
    }),

    ...serve(keys.sign, async function ({ params }) {
      const { kid, key } = await signerOf(this);
      const now = Math.max(clock.now(), (params.refusedAt ?? 0) + 1);
      const claims: Claims = {
        iss: PUBLIC_URL,
        aud: doorsFor(params.roles, params.actor !== undefined),
        sub: params.account,
        sid: params.session,
        iat: now / 1_000,
        exp: Math.floor(now / 1_000) + ACCESS_TOKEN_SECONDS,
        roles: params.roles,
        amr: params.amr,
        auth_time: Math.floor(params.signedInAt / 1_000),
        ...(params.stepUpAt ? { step_up_at: Math.floor(params.stepUpAt / 1_000) } : {}),
        ...(params.actor ? { act: { sub: params.actor } } : {}),
      };
      const header = { alg: "EdDSA", kid, typ: tokenType };
      const token = await new SignJWT({ ...claims }).setProtectedHeader(header).sign(key);
      return { token, expiresIn: ACCESS_TOKEN_SECONDS };
    }),
  },

  created(this: KeysService) {
    this.turns = new Turns();
  },

  async started(this: KeysService) {
    this.keys = [];
    await look(this);
    const again = () => look(this).catch((error) => this.logger.error("Keys:", error));
    this.timer = setInterval(() => void again(), lookEveryMs).unref();
  },

  stopped(this: KeysService) {
    clearInterval(this.timer);
  },
} as unknown as ServiceSchema;

const published = ({ id, x }: KeyDocument) =>
  ({ kty: "OKP", crv: "Ed25519", x, kid: id, alg: "EdDSA", use: "sig" }) as const;

/** What there is now, of other nodes too. */
async function read(self: KeysService): Promise<void> {
  const found: KeyDocument[] = [];
  for await (const docs of self.store.each()) found.push(...docs);
  self.keys = found;
}

/** Makes a successor and drops what is spent, where it is time. Two nodes may make one each. */
function look(self: KeysService): Promise<void> {
  return self.turns.run("keys", async () => {
    await read(self);
    const activeFrom = due(self.keys, clock.now(), spans);
    if (activeFrom !== undefined) await make(self, activeFrom);
    const over = spent(self.keys, clock.now(), spans);
    await letGo(self.store, over);
    self.keys = self.keys.filter((key) => !over.includes(key));
  });
}

/** What was read before holds where the store is away or slow: doors verify without it. */
async function lookSoon(self: KeysService): Promise<void> {
  if (self.keys.length === 0) return look(self);
  self.looking ??= look(self)
    .catch((error) => self.logger.warn("The keys cannot be read anew:", error))
    .finally(() => {
      self.looking = undefined;
    });
  await Promise.race([self.looking, wait(patienceMs, undefined, { ref: false })]);
}

async function make(self: KeysService, activeFrom: number): Promise<KeyDocument> {
  const { privateKey } = await generateKeyPair("EdDSA", { crv: "Ed25519", extractable: true });
  const jwk = await exportJWK(privateKey);
  const { x = "" } = jwk;
  const made = { id: newId(), x, sealed: sealed.seal(JSON.stringify(jwk)), activeFrom };
  const kept = await self.store.insert(made);
  self.keys.push(kept);
  return kept;
}

/** The key that signs now, imported once. */
async function signerOf(self: KeysService): Promise<Signer> {
  let key = signing(self.keys, clock.now());
  if (!key || due(self.keys, clock.now(), spans) !== undefined) {
    await look(self);
    key = signing(self.keys, clock.now());
  }
  if (!key) throw new Error("There is no key that signs. See the log of the actor `keys`.");
  if (self.signer?.kid === key.id) return self.signer;
  const jwk = sealed.open(key.sealed);
  if (!jwk) {
    throw new Error(
      "The signing keys were sealed by another secret: put back DATA_DIR/secrets/accounts, or " +
        "remove the documents of the collection `keys`: then new ones are made and everybody refreshes.",
    );
  }
  const signer = { kid: key.id, key: await importJWK(JSON.parse(jwk) as JWK, "EdDSA") };
  self.signer = signer;
  return signer;
}

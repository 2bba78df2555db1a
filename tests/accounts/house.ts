/**
 * A small house for the tests of accounts and access: the real actors, the real channels, a folder
 * of its own, and clients that come through a door as small as a door can be.
 */
import { randomUUID } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ServiceBroker, type ServiceSchema } from "moleculer";
import type { z } from "zod";
import type { Tokens } from "../../services/accounts/account.contract.ts";
import type { Letter } from "../../services/accounts/mail.contract.ts";
import type { Action, Caller, Door, Meta } from "../../services/shared/contract.ts";
import { soon } from "../house/soon.ts";

export const dataDir = await mkdtemp(join(tmpdir(), "bijou-accounts-"));
process.env.DATA_DIR = dataDir;
process.env.ARGON2_MEMORY_KIB = "8192";
process.env.ARGON2_PASSES = "1";
export const issuer = "http://127.0.0.1:3000";

const { channelsMiddleware } = await import("../../config/channels.ts");
const { clock } = await import("../../services/shared/clock.ts");
const { call, checkResults, wiring } = await import("../../services/shared/wire.ts");
const { makeVerifier } = await import("../../mixins/tokens/verifier.ts");
const { wanted } = await import("../../services/accounts/mail.contract.ts");
const auth = await import("../../services/accounts/auth.contract.ts");
const { jwks } = await import("../../services/access/keys.contract.ts");
const sessions = await import("../../services/access/sessions.contract.ts");

checkResults(true);

const actors = [
  (await import("../../services/accounts/auth.service.ts")).default,
  (await import("../../services/accounts/audit.service.ts")).default,
  (await import("../../services/access/sessions.service.ts")).default,
  (await import("../../services/access/keys.service.ts")).default,
  (await import("../../services/access/apikeys.service.ts")).default,
  (await import("../../services/access/oidc.service.ts")).default,
];

type Verifier = ReturnType<typeof makeVerifier>;
type Ask = <P extends z.ZodType, R extends z.ZodType>(
  contract: Action<P, R>,
  params: z.input<P>,
) => Promise<z.output<R>>;

export interface House {
  broker: ServiceBroker;
  letters: Letter[];
  verifier: Verifier;
  /** As nobody, from an address. */
  guest(address?: string): Ask;
  /** As the house, or as a caller. */
  ask<P extends z.ZodType, R extends z.ZodType>(
    contract: Action<P, R>,
    params: z.input<P>,
    meta?: Meta,
  ): Promise<z.output<R>>;
  /** The code of the last letter to somebody that has one. */
  codeFor(to: string, template?: Letter["template"]): Promise<string>;
  letterTo(to: string, template: Letter["template"]): Promise<Letter>;
  actor<T>(name: string): T;
  stop(): Promise<void>;
}

const { follow, hear } = wiring();

export async function openHouse(): Promise<House> {
  const broker = new ServiceBroker({
    nodeID: randomUUID(),
    logger: false,
    validator: false,
    middlewares: [channelsMiddleware()],
  } as never);
  const letters: Letter[] = [];
  const verifier = makeVerifier({
    issuer,
    jwks: () => call(broker, jwks, {}) as never,
    revokedSince: (since) => call(broker, sessions.revoked, since ? { since } : {}),
    pollMs: 3_600_000,
  });
  const post = {
    name: "post",
    events: { ...hear(sessions.revocation, "door", (revocation) => verifier.hear(revocation)) },
    channels: {
      ...follow(wanted, { group: "post" }, async (letter) => {
        letters.push(letter);
      }),
    },
  };
  for (const schema of [...actors, post]) broker.createService(schema as ServiceSchema);
  await broker.start();
  await verifier.start();
  const find = async (to: string, fits: (letter: Letter) => boolean) => {
    const found = () => letters.findLast((letter) => letter.to === to && fits(letter));
    await soon(found, (letter) => letter !== undefined);
    return found() as Letter;
  };
  return {
    broker,
    letters,
    verifier,
    guest:
      (address = "192.0.2.1") =>
      (contract, params) =>
        call(broker, contract, params, { meta: { from: { address, agent: "jest" } } }),
    ask: (contract, params, meta = {}) => call(broker, contract, params, { meta }),
    codeFor: async (to, template) => {
      const letter = await find(
        to,
        (one) => "code" in one.data && (template === undefined || one.template === template),
      );
      letters.splice(letters.indexOf(letter), 1);
      return (letter.data as { code: string }).code;
    },
    letterTo: (to, template) => find(to, (letter) => letter.template === template),
    actor: (name) => broker.getLocalService(name) as never,
    stop: async () => {
      verifier.stop();
      await broker.stop();
    },
  };
}

export const tidyUp = () => rm(dataDir, { recursive: true, force: true });

export const password = "velvet curtain 1927";

/** Somebody with a device: what a client keeps, and a door that verifies what it shows. */
export class Client {
  readonly house: House;
  readonly device = `device-${randomUUID()}`;
  address: string;
  tokens!: Tokens;

  constructor(house: House, address = "192.0.2.1") {
    this.house = house;
    this.address = address;
  }

  get from() {
    return { address: this.address, agent: `client ${this.device.slice(0, 12)}` };
  }

  /** Signs in; answers a challenge where the second factor is wanted. */
  async signIn(email: string, secret = password, deviceName?: string) {
    const { device } = this;
    const signedIn = await this.house.ask(
      auth.signIn,
      { email, password: secret, device, ...(deviceName ? { deviceName } : {}) },
      { from: this.from },
    );
    if ("accessToken" in signedIn) this.tokens = signedIn;
    return signedIn;
  }

  async factor(challenge: string, code: string) {
    const { device } = this;
    const meta = { from: this.from };
    this.tokens = await this.house.ask(auth.factor, { challenge, code, device }, meta);
    return this.tokens;
  }

  async refresh(refreshToken = this.tokens.refreshToken) {
    const { device } = this;
    const meta = { from: this.from };
    this.tokens = await this.house.ask(sessions.refresh, { refreshToken, device }, meta);
    return this.tokens;
  }

  async caller(door: Door = "public"): Promise<Caller> {
    const { caller } = await this.house.verifier.verify(this.tokens.accessToken, {
      audience: door,
    });
    return caller;
  }

  /** As a door asks: after the token, and after the step-up where the contract wants one. */
  async ask<P extends z.ZodType, R extends z.ZodType>(
    contract: Action<P, R>,
    params: z.input<P>,
    door: Door = "public",
  ): Promise<z.output<R>> {
    const caller = await this.caller(door);
    const isFresh = (caller.stepUpAt ?? 0) > clock.now() - 600_000;
    if (contract.stepUp && !isFresh) throw Object.assign(new Error(), { type: "STEP_UP" });
    return this.house.ask(contract, params, { caller, from: this.from });
  }
}

/** Registers and verifies somebody. @returns the e-mail */
export async function member(house: House, name: string = randomUUID()): Promise<string> {
  const email = `${name}@example.org`;
  await house.guest(`198.51.100.${Math.floor(Math.random() * 250)}`)(auth.register, {
    email,
    password,
  });
  await house.guest()(auth.verify, { code: await house.codeFor(email, "verifyEmail") });
  return email;
}

/** A member, signed in. */
export async function signedIn(house: House, name?: string) {
  const email = await member(house, name);
  const client = new Client(house);
  await client.signIn(email);
  return { email, client, id: (await client.caller()).id };
}

/** The type of the problem that it fails with. */
export const refusal = (work: Promise<unknown>): Promise<string> =>
  work.then(
    () => "done",
    (error: { type?: string }) => error.type ?? String(error),
  );

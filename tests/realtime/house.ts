/** A house with sockets: doors of the product on a folder of its own, with people made up here. */
import { generateKeyPairSync, type KeyObject, randomUUID } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import type { Server } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { exportJWK, SignJWT } from "jose";
import { ServiceBroker, type ServiceSchema } from "moleculer";
import { z } from "zod";
import { addressReader } from "../../mixins/limits/address.ts";
import { DirectoryStore } from "../../mixins/objects/directory.ts";
import { Client, type ConnectOptions } from "../../mixins/sockets/client.ts";
import { makeVerifier } from "../../mixins/tokens/verifier.ts";
import { KeyRefused } from "../../services/access/apikeys.contract.ts";
import { revocation, revoked } from "../../services/access/sessions.contract.ts";
import { type Caller, type Door, event, type Role } from "../../services/shared/contract.ts";
import { send } from "../../services/shared/message.ts";
import { tell, wiring } from "../../services/shared/wire.ts";
import { type Actors, actors } from "../gateway/actors.ts";

const folder = mkdtempSync(join(tmpdir(), "bijou-realtime-"));
process.env.DATA_DIR = folder;
const { channelsMiddleware } = await import("../../config/channels.ts");
const { actions, events } = await import("../../services/contracts.ts");
const { door } = await import("../../services/gateway/door.ts");
const { withSockets } = await import("../../services/gateway/realtime.ts");
const { recognising } = await import("../../services/gateway/recognising.ts");
const realtime = (await import("../../services/gateway/realtime.service.ts")).default;
const { wanted } = await import("../../services/gateway/realtime.contract.ts");
type RealtimeSettings = Parameters<typeof withSockets>[1];

export const issuer = "http://127.0.0.1:3000";
const pair = generateKeyPairSync("ed25519");
export const strangers = generateKeyPairSync("ed25519");
const jwk = { ...(await exportJWK(pair.publicKey)), kid: "k1", alg: "EdDSA", use: "sig" };

/** An event of a film's room, for guests too. */
export const watched = {
  ...event("films.watched", z.strictObject({ film: z.string(), text: z.string() })),
  hears: { public: "guest" } as const,
  room: ({ film }: { film: string }) => `film:${film}`,
};

export interface Person {
  user?: string;
  session?: string;
  roles?: Role[];
  seconds?: number;
  audience?: Door[];
  key?: KeyObject;
}

/** An access token. */
export function mint(person: Person = {}): Promise<string> {
  const now = Date.now() / 1_000;
  const { user = randomUUID(), session = randomUUID(), seconds = 600 } = person;
  const claims = {
    ...{ iss: issuer, sub: user, sid: session, amr: ["pwd"], auth_time: Math.floor(now) },
    ...{ aud: person.audience ?? ["public", "admin"], roles: person.roles ?? ["viewer"] },
    ...{ iat: now, exp: now + seconds },
  };
  return new SignJWT(claims)
    .setProtectedHeader({ alg: "EdDSA", kid: "k1", typ: "at+jwt" })
    .sign(person.key ?? pair.privateKey);
}

const clients: Client[] = [];
const nodes: Node[] = [];

export interface Node {
  broker: ServiceBroker;
  server: Server;
  url: string;
  revocations: { session: string; at: number; ended: boolean }[];
  asked: { action: string; meta: Record<string, unknown> }[];
  /** Replaces what `films.get` answers. */
  films: Actors;
  /** How many sockets are open. */
  size(): number;
  stop(): Promise<void>;
}

export type Wanted = Partial<RealtimeSettings> & {
  door?: Door;
  /** The house's own; undefined once it does not stand in any more. */
  operatorToken?: () => string | undefined;
  /** API keys that the door knows. */
  keys?: string[];
  /** Whether the actor with the streams is here. */
  streams?: boolean;
  port?: number;
  /** Nodes of one name find each other. */
  namespace?: string;
  services?: ServiceSchema[];
};

/** A door with sockets and what is behind it. */
export async function openNode(chosen: Wanted = {}): Promise<Node> {
  const {
    door: at = "public",
    operatorToken,
    keys: known = [],
    streams = true,
    port = 0,
    services = [],
    namespace,
  } = chosen;
  const broker = new ServiceBroker({
    nodeID: randomUUID(),
    logger: false,
    ...(namespace === undefined ? {} : { namespace, transporter: "Fake" }),
    validator: false,
    middlewares: [channelsMiddleware() as never],
  });
  const films = actors();
  const revocations: Node["revocations"] = [];
  const taken = () => ({ items: revocations, next: new Date().toISOString() });
  const sessions = { name: "sessions", actions: wiring().serve(revoked, taken) };
  for (const schema of [...films.services, sessions, ...services]) broker.createService(schema);
  if (streams) broker.createService(realtime);
  const tokens = makeVerifier({
    issuer,
    jwks: async () => ({ keys: [jwk] }),
    revokedSince: async () => taken(),
  });
  const keys = async (key: string): Promise<Caller> => {
    if (!known.includes(key)) throw KeyRefused();
    return { id: randomUUID(), role: "viewer", key: randomUUID(), door: at };
  };
  const ways = { tokens, keys, operatorToken };
  const made = door({
    ...{ door: at, contracts: actions, host: "127.0.0.1", port, origins: [] },
    ...{ bodyLimitBytes: 10_000, compression: true, byName: false, stepUpMs: 600_000 },
    guard: () => ({ recognise: recognising(at, ways) }),
    addressOf: addressReader([]),
    objects: await DirectoryStore.open(join(folder, "objects")),
  });
  const service = broker.createService(
    withSockets(made, {
      ...{ door: at, actions, events: [...events, watched], origins: [], cluster: undefined },
      addressOf: addressReader([]),
      ...chosen,
    }) as unknown as ServiceSchema,
  );
  await broker.start();
  const server = Reflect.get(service, "server") as Server;
  const address = server.address();
  const url = `http://127.0.0.1:${typeof address === "object" && address ? address.port : 0}`;
  const size = () => (Reflect.get(service, "sockets") as { size: number }).size;
  const asked = films.calls as unknown as Node["asked"];
  const stop = () => broker.stop();
  const node: Node = { broker, server, url, revocations, asked, films, size, stop };
  nodes.push(node);
  return node;
}

/** A client that is closed with the tests. */
export function meet(url: string, options: Omit<Partial<ConnectOptions>, "url"> = {}): Client {
  const client = new Client({ url, timeoutMs: 5_000, ...options });
  clients.push(client);
  return client;
}

export const wantTold = (node: Node, user: string, type: string, data: Record<string, never>) =>
  send(node.broker as never, wanted, { user, type, data });
export const tellWatched = (node: Node, film: string, text = "seen") =>
  tell(node.broker, watched, { film, text });
export const revoke = (node: Node, session: string) =>
  tell(node.broker, revocation, { session, at: Date.now(), ended: true });

export function closeClients(): void {
  for (const client of clients.splice(0)) client.close();
}

export async function closeAll(): Promise<void> {
  closeClients();
  for (const node of nodes.splice(0)) await node.stop();
  rmSync(folder, { recursive: true, force: true });
}
export const pause = (ms: number) => new Promise((done) => setTimeout(done, ms));

/** A small house for the tests of the doors: a broker, actors that serve real contracts, doors. */
import { randomUUID } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { request, type Server } from "node:http";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ServiceBroker, type ServiceSchema } from "moleculer";
import { addressReader } from "../../mixins/limits/address.ts";
import { DirectoryStore } from "../../mixins/objects/directory.ts";
import { actions } from "../../services/contracts.ts";
import { door } from "../../services/gateway/door.ts";
import type { DoorSettings } from "../../services/gateway/housing.ts";
import { guests, operators, type Recognise } from "../../services/gateway/recognising.ts";
import type { Action } from "../../services/shared/contract.ts";

export const token = "an-operators-token-of-the-tests";
export const bearer = { authorization: `Bearer ${token}` };

export interface Answered {
  status: number;
  headers: Record<string, string | string[] | undefined>;
  text: string;
  bytes: Buffer;
  // The tests say what they expect of it.
  json: Record<string, unknown> & { errors?: { path: string; message: string }[] };
}

export interface Asked {
  method?: string;
  headers?: Record<string, string | string[]>;
  body?: string | Buffer;
}

export interface Wanted extends Partial<DoorSettings> {
  services?: ServiceSchema[];
  contracts?: readonly Action[];
  started?: boolean;
  recognise?: Recognise;
  broker?: ServiceBroker;
}

/** A store of objects in a new folder. */
export async function objectsIn(): Promise<DirectoryStore> {
  const folder = await mkdtemp(join(tmpdir(), "bijou-doors-"));
  folders.push(folder);
  return DirectoryStore.open(folder);
}

const folders: string[] = [];
const open: ServiceBroker[] = [];

/** Stops every house that a test has opened. */
export async function closeHouses(): Promise<void> {
  for (const broker of open.splice(0)) await broker.stop();
  for (const folder of folders.splice(0)) await rm(folder, { recursive: true });
}

const quiet = () => new ServiceBroker({ nodeID: randomUUID(), logger: false });

export async function openHouse({
  services = [],
  started = true,
  broker = quiet(),
  recognise,
  ...wanted
}: Wanted = {}) {
  for (const schema of services) broker.createService(schema);
  const name = wanted.door ?? "public";
  const usual = name === "admin" ? operators("admin", token) : guests(name);
  const settings: DoorSettings = {
    door: name,
    contracts: actions,
    host: "127.0.0.1",
    port: 0,
    origins: [],
    bodyLimitBytes: 10_000,
    compression: true,
    guard: () => ({ recognise: recognise ?? usual }),
    stepUpMs: 600_000,
    addressOf: addressReader([]),
    byName: name === "admin",
    objects: await objectsIn(),
    ...wanted,
  };
  const service = broker.createService(door(settings) as unknown as ServiceSchema);
  const server = Reflect.get(service, "server") as Server;
  open.push(broker);
  if (!started) return { broker, server, service };
  await broker.start();
  return { broker, server, service };
}

export function portOf(server: Server): number {
  const address = server.address();
  if (typeof address !== "object" || !address) throw new Error("The door does not listen.");
  return address.port;
}

export function askAt(server: Server) {
  return (path: string, { method = "GET", headers = {}, body }: Asked = {}): Promise<Answered> =>
    new Promise((resolve, reject) => {
      const req = request({ port: portOf(server), path, method, headers, agent: false }, (res) => {
        const chunks: Buffer[] = [];
        res.on("data", (chunk: Buffer) => chunks.push(chunk));
        res.on("error", reject);
        res.on("end", () => {
          const bytes = Buffer.concat(chunks);
          const text = bytes.toString("latin1");
          const isJson = /[/+]json/.test(res.headers["content-type"] ?? "");
          const plain = isJson && !res.headers["content-encoding"] && text !== "";
          const json = plain ? JSON.parse(bytes.toString()) : {};
          resolve({ status: res.statusCode ?? 0, headers: res.headers, text, bytes, json });
        });
      });
      req.on("error", reject);
      req.end(body);
    });
}

export function rawAt(server: Server) {
  return (...pieces: (string | Buffer)[]): Promise<string> =>
    new Promise((resolve, reject) => {
      const socket = connect(portOf(server), "127.0.0.1");
      let text = "";
      socket.on("data", (chunk) => {
        text += chunk.toString();
      });
      socket.on("error", (error) => (text === "" ? reject(error) : resolve(text)));
      socket.on("close", () => resolve(text));
      for (const piece of pieces) socket.write(piece);
    });
}

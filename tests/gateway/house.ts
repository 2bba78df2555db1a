/** A small house for the tests of the doors: a broker, actors that serve real contracts, doors. */
import { randomUUID } from "node:crypto";
import { request, type Server } from "node:http";
import { connect } from "node:net";
import { Readable } from "node:stream";
import { ServiceBroker, type ServiceSchema } from "moleculer";
import { actions } from "../../services/contracts.ts";
import { type DoorSettings, door } from "../../services/gateway/door.ts";
import { guests, operators } from "../../services/gateway/operator.ts";
import type { Objects } from "../../services/gateway/transfer.ts";
import type { Action } from "../../services/shared/contract.ts";

export const token = "an-operators-token-of-the-tests";
export const bearer = { authorization: `Bearer ${token}` };

/** Objects in memory; `kept` shows what is there. */
export function memoryObjects() {
  const kept = new Map<string, Buffer>();
  const objects: Objects = {
    async put(key, bytes) {
      const chunks: Uint8Array[] = [];
      for await (const chunk of bytes) chunks.push(chunk);
      const whole = Buffer.concat(chunks);
      kept.set(key, whole);
      const { hash } = await import("node:crypto");
      return { size: whole.length, sha256: hash("sha256", whole) };
    },
    stat: async (key) => {
      const bytes = kept.get(key);
      return bytes && { size: bytes.length };
    },
    read: async (key) => Readable.from([kept.get(key) ?? Buffer.alloc(0)]),
    remove: async (key) => {
      kept.delete(key);
    },
  };
  return { kept, objects };
}

export interface Answered {
  status: number;
  headers: Record<string, string | string[] | undefined>;
  text: string;
  // The tests say what they expect of it.
  json: Record<string, unknown> & { errors?: { path: string; message: string }[] };
}

export interface Asked {
  method?: string;
  headers?: Record<string, string | string[]>;
  body?: string | Buffer;
}

export interface House {
  broker: ServiceBroker;
  port: number;
  /** Sends the path as it stands, which `fetch` would not. */
  ask(path: string, asked?: Asked): Promise<Answered>;
  /** Writes to the bare socket; resolves with all that came back until it was closed. */
  raw(text: string | Buffer): Promise<string>;
  server: Server;
}

export interface Wanted extends Partial<DoorSettings> {
  services?: ServiceSchema[];
  contracts?: readonly Action[];
  started?: boolean;
}

const open: ServiceBroker[] = [];

/** Stops every house that a test has opened. */
export async function closeHouses(): Promise<void> {
  for (const broker of open.splice(0)) await broker.stop();
}

export async function openHouse({ services = [], started = true, ...wanted }: Wanted = {}) {
  const broker = new ServiceBroker({ nodeID: randomUUID(), logger: false });
  for (const schema of services) broker.createService(schema);
  const name = wanted.door ?? "public";
  const settings: DoorSettings = {
    door: name,
    contracts: actions,
    host: "127.0.0.1",
    port: 0,
    origins: [],
    bodyLimitBytes: 10_000,
    compression: true,
    recognise: name === "admin" ? operators("admin", token) : guests(name),
    guarded: name === "admin",
    byName: name === "admin",
    objects: memoryObjects().objects,
    version: "0.0.0",
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
          const text = Buffer.concat(chunks).toString("latin1");
          const isJson = /json/.test(res.headers["content-type"] ?? "");
          const plain = isJson && !res.headers["content-encoding"] && text !== "";
          const json = plain ? JSON.parse(Buffer.concat(chunks).toString()) : {};
          resolve({ status: res.statusCode ?? 0, headers: res.headers, text, json });
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

import { mkdtemp, rm } from "node:fs/promises";
import { request } from "node:http";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { freePort } from "../house/ports.ts";
import { type House, startHouse } from "../house/process.ts";

export interface Siege extends House {
  dir: string;
  sellerUrl: string;
  logisticsUrl: string;
  /** Where `/metrics` is. */
  nodeUrl: string;
}

/** Starts a house over an empty folder, with cheap passwords; `stop` removes the folder too. */
export async function besieged(env: Record<string, string> = {}): Promise<Siege> {
  const dir = await mkdtemp(join(tmpdir(), "bijou-attack-"));
  const ports = await Promise.all([freePort(), freePort(), freePort()]);
  const [seller, logistics, node] = ports.map(String) as [string, string, string];
  const house = await startHouse(dir, {
    ...{ SELLER_PORT: seller, LOGISTICS_PORT: logistics, NODE_PORT: node },
    ...{ ARGON2_MEMORY_KIB: "8192", ARGON2_PASSES: "1" },
    ...env,
  });
  return {
    ...house,
    dir,
    sellerUrl: `http://127.0.0.1:${seller}`,
    logisticsUrl: `http://127.0.0.1:${logistics}`,
    nodeUrl: `http://127.0.0.1:${node}`,
    stop: async () => {
      await house.stop();
      await rm(dir, { recursive: true, force: true });
    },
  };
}

export interface Answer {
  status: number;
  headers: Record<string, string | string[] | undefined>;
  text: string;
  json: Record<string, unknown>;
}

export interface Asked {
  method?: string;
  /** The path as it goes over the wire: nothing is normalised. */
  path: string;
  headers?: Record<string, string | string[]>;
  /** Sent as JSON, or as it is where it is text. */
  body?: unknown;
  token?: string;
}

/** Asks a door, by `node:http`: paths and headers go out as they are given. */
export function ask(url: string, { method, path, headers = {}, body, token }: Asked) {
  const { hostname, port } = new URL(url);
  const text = body === undefined || typeof body === "string" ? body : JSON.stringify(body);
  return new Promise<Answer>((resolve, reject) => {
    const sent = request(
      {
        ...{ hostname, port, path, method: method ?? (body === undefined ? "GET" : "POST") },
        headers: {
          ...(text === undefined ? {} : { "content-type": "application/json" }),
          ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
          ...headers,
        },
        agent: false,
      },
      async (res) => {
        let got = "";
        for await (const piece of res.setEncoding("utf8")) got += piece;
        const isJson = /json/.test(res.headers["content-type"] ?? "");
        const json = isJson && got !== "" ? JSON.parse(got) : {};
        resolve({ status: res.statusCode ?? 0, headers: res.headers, text: got, json });
      },
    );
    sent.on("error", reject).end(text);
  });
}

/** What comes back to bytes on a bare socket, until the house ends the connection. */
export function raw(url: string, text: string | Buffer): Promise<string> {
  const { hostname, port } = new URL(url);
  return new Promise((resolve, reject) => {
    const socket = connect(Number(port), hostname, () => socket.write(text));
    let got = "";
    socket.setEncoding("utf8").on("data", (piece) => {
      got += piece;
    });
    socket.on("error", (error: NodeJS.ErrnoException) =>
      got === "" ? reject(error) : resolve(got),
    );
    socket.on("close", () => resolve(got));
  });
}

/** The statuses of all answers in what came back. */
export const statusesIn = (text: string): number[] =>
  [...text.matchAll(/HTTP\/1\.1 (\d{3})/g)].map(([, status]) => Number(status));

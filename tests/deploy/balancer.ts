/**
 * A balancer as small as one can be: asks every house whether it is ready, sends requests to those in
 * turn, keeps connections, and tries nothing twice, so that every failure is seen.
 */
import { once } from "node:events";
import { Agent, createServer, request, type ServerResponse } from "node:http";
import { type AddressInfo, connect as dial } from "node:net";
import type { Duplex } from "node:stream";

const everyMs = 40;

interface Upstream {
  url: string;
  ready: boolean;
}

/** @param port to listen on, a free one unless told */
export async function balancer(port = 0) {
  const agent = new Agent({ keepAlive: true, maxSockets: 64 });
  const houses = new Map<string, Upstream>();
  let turn = 0;
  let unready = 0;

  const look = async (house: Upstream) => {
    house.ready = await fetch(`${house.url}/readyz`).then(
      ({ ok }) => ok,
      () => false,
    );
  };
  const upgraded = new Set<Duplex>();
  const timer = setInterval(() => [...houses.values()].map(look), everyMs);

  const failed = (res: ServerResponse) => (error: Error) => {
    if (res.headersSent) res.destroy();
    else res.writeHead(502).end(String(error));
  };
  const server = createServer((req, res) => {
    const ready = [...houses.values()].filter((house) => house.ready);
    const chosen = ready[turn++ % Math.max(1, ready.length)];
    if (!chosen) {
      unready++;
      return void res.writeHead(503).end("no house is ready");
    }
    const { method = "GET", headers } = req;
    const { connection, ...passed } = headers;
    const onward = request(`${chosen.url}${req.url}`, { agent, method, headers: passed });
    onward.on("response", (answer) => {
      const { connection: _, "keep-alive": __, ...back } = answer.headers;
      answer.on("error", failed(res));
      answer.pipe(res.writeHead(answer.statusCode ?? 502, back));
    });
    onward.on("error", failed(res));
    req.pipe(onward);
  });
  // Sockets go through as bytes.
  server.on("upgrade", (req, near, head) => {
    const chosen = [...houses.values()].find((house) => house.ready);
    if (!chosen) return void near.destroy();
    const { hostname, port: to } = new URL(chosen.url);
    const far = dial(Number(to), hostname);
    const lines = [`${req.method} ${req.url} HTTP/1.1`];
    for (let i = 0; i < req.rawHeaders.length; i += 2) {
      lines.push(`${req.rawHeaders[i]}: ${req.rawHeaders[i + 1]}`);
    }
    far.write(`${lines.join("\r\n")}\r\n\r\n`);
    far.write(head);
    near.on("error", () => far.destroy()).on("close", () => far.destroy());
    far.on("error", () => near.destroy()).on("close", () => near.destroy());
    near.pipe(far).pipe(near);
    upgraded.add(near);
    near.once("close", () => upgraded.delete(near));
  });
  await once(server.listen(port, "127.0.0.1"), "listening");
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    /** A house of this name is there, at this address. */
    async add(name: string, url: string): Promise<void> {
      const house = { url, ready: false };
      houses.set(name, house);
      await look(house);
    },
    /** It is there no more; what it was asked goes on. */
    remove: (name: string) => void houses.delete(name),
    isReady: (name: string) => houses.get(name)?.ready === true,
    /** How often there was nobody to ask. */
    unready: () => unready,
    async close(): Promise<void> {
      clearInterval(timer);
      server.close();
      server.closeAllConnections();
      for (const socket of upgraded) socket.destroy();
      agent.destroy();
    },
  };
}

/**
 * A balancer as small as one can be: asks every house whether it is ready, sends requests to those in
 * turn, keeps connections, and tries nothing twice, so that every failure is seen.
 */
import { once } from "node:events";
import { Agent, createServer, request, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

const everyMs = 40;

interface Upstream {
  url: string;
  ready: boolean;
}

export async function balancer() {
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
  await once(server.listen(0, "127.0.0.1"), "listening");
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    /** A house of this name is there, at this address. */
    async add(name: string, url: string): Promise<void> {
      const house = { url, ready: false };
      houses.set(name, house);
      await look(house);
    },
    isReady: (name: string) => houses.get(name)?.ready === true,
    /** How often there was nobody to ask. */
    unready: () => unready,
    async close(): Promise<void> {
      clearInterval(timer);
      server.close();
      server.closeAllConnections();
      agent.destroy();
    },
  };
}

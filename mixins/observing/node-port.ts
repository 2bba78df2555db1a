/**
 * A node's own port, whether it has a door or not: does it live, is it ready, what has it counted.
 * Nothing else answers there, and nothing there tells what is asked of the house.
 */
import { once } from "node:events";
import { createServer, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { ServiceBroker } from "moleculer";
import type { Metrics } from "./metrics.ts";

export interface NodePortSettings {
  readonly host: string;
  /** 0 takes a free one. */
  readonly port: number;
  /** Nobody has asked for that port: a free one will do where it is taken. */
  readonly yields: boolean;
  readonly metrics: Metrics;
}

async function listen(server: Server, { host, port, yields }: NodePortSettings): Promise<void> {
  try {
    await once(server.listen(port, host), "listening");
  } catch (error) {
    const taken = (error as NodeJS.ErrnoException).code === "EADDRINUSE";
    if (!taken || !yields) throw error;
    await once(server.listen(0, host), "listening");
  }
}

function send(res: ServerResponse, status: number, type: string, body: string): void {
  const headers = { "Content-Type": type, "Cache-Control": "no-store" };
  res.writeHead(status, { ...headers, "X-Content-Type-Options": "nosniff" }).end(body);
}
const json = (res: ServerResponse, status: number, body: unknown) =>
  send(res, status, "application/json; charset=utf-8", JSON.stringify(body));

/** Moleculer's middleware. The port is open from the beginning to the end of the node. */
export function nodePort(settings: NodePortSettings) {
  let house: ServiceBroker | undefined;
  let wasReady = false;
  /** A node that is told to stop is not started any more, long before its actors stop. */
  const state = () => (house?.started ? "ok" : wasReady ? "stopping" : "starting");
  const server = createServer(async ({ method = "", url = "" }, res) => {
    const [path] = url.split("?", 1);
    if (method !== "GET" && method !== "HEAD") return json(res, 405, { status: "GET only" });
    if (path === "/livez") return json(res, 200, { status: "ok" });
    if (path === "/readyz") {
      const status = state();
      return json(res, status === "ok" ? 200 : 503, { status });
    }
    if (path !== "/metrics") return json(res, 404, { status: "/livez, /readyz or /metrics" });
    try {
      send(res, 200, settings.metrics.contentType, await settings.metrics.text());
    } catch {
      json(res, 500, { status: "the figures cannot be read just now" });
    }
  });
  const middleware = {
    name: "NodePort",
    /** `http://127.0.0.1:3010`, once it is open. */
    url: undefined as string | undefined,
    async starting(broker: ServiceBroker) {
      try {
        await listen(server, settings);
      } catch (error) {
        const reason = error instanceof Error ? error.message : String(error);
        broker.fatal(`NODE_PORT cannot be opened: ${reason}. Set another one, or 0.`);
        return;
      }
      server.unref();
      const { port } = server.address() as AddressInfo;
      middleware.url = `http://${settings.host.includes(":") ? `[${settings.host}]` : settings.host}:${port}`;
    },
    started(broker: ServiceBroker) {
      house = broker;
      wasReady = true;
    },
    async stopped() {
      if (!server.listening) return;
      const closed = once(server, "close");
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
  return middleware;
}

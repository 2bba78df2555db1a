/** Ports for what a test starts. */
import { once } from "node:events";
import { createServer } from "node:net";

/** Below those that systems give to whoever asks for any: nobody takes it by chance meanwhile. */
const [first, last] = [20_000, 32_000];

/** A port of 127.0.0.1 that is free. */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = first + Math.floor(Math.random() * (last - first));
    const server = createServer();
    try {
      server.listen(port, "127.0.0.1");
      await once(server, "listening");
    } catch {
      continue;
    }
    await once(server.close(), "close");
    return port;
  }
}

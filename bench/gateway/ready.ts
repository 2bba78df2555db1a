/** Tells the bench where a variant listens, and how much of the core it has used when asked. */
import type { Server } from "node:http";

export function ready(server: Server, id: string, token?: string): void {
  const address = server.address();
  if (typeof address !== "object" || !address) throw new Error("It does not listen.");
  process.send?.({ port: address.port, id, token });
  process.on("message", () => {
    const { user, system } = process.cpuUsage();
    process.send?.({ microseconds: user + system });
  });
  process.on("disconnect", () => process.exit(0));
}

/** Tells the bench that a variant is ready, and how much of the core it has used when asked. */
import type { Server } from "node:http";

/** @param first what the bench is told when it is ready */
export function tell(first: object): void {
  process.on("message", () => {
    const { user, system } = process.cpuUsage();
    process.send?.({ microseconds: user + system });
  });
  process.on("disconnect", () => process.exit(0));
  process.send?.(first);
}

export function ready(server: Server, id: string, token?: string): void {
  const address = server.address();
  if (typeof address !== "object" || !address) throw new Error("It does not listen.");
  tell({ port: address.port, id, token });
}

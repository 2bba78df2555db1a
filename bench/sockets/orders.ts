/** A variant tells where it listens, and broadcasts when it is told to. */
import type { Server } from "node:http";

export interface Place {
  room: string;
  event: string;
}

export function answerOrders(
  server: Server,
  place: Place,
  broadcast: (text: string) => unknown,
): void {
  const address = server.address();
  if (typeof address !== "object" || !address) throw new Error("It does not listen.");
  process.send?.({ port: address.port, ...place });
  process.on("message", (text: string) => void broadcast(text));
  process.on("disconnect", () => process.exit(0));
}

/** Tells the bench where a variant listens. */
import type { Server } from "node:http";
import type { Objects } from "../../services/gateway/transfer.ts";

export function ready(server: Server): void {
  const address = server.address();
  if (typeof address !== "object" || !address) throw new Error("It does not listen.");
  process.send?.({ port: address.port });
  process.on("disconnect", () => process.exit(0));
}

const absent = () => Promise.reject(new Error("There are no objects here."));
export const noObjects: Objects = { put: absent, stat: absent, read: absent, remove: absent };

/** Notes for figures and the log what happens at sockets: who came, asked, left, or was not let in. */
import type { IncomingMessage } from "node:http";
import type { SocketHouse, SocketSeen, SocketsSettings } from "./house.ts";
import type { ProblemBody } from "./protocol.ts";
import type { Visitor } from "./visitor.ts";

type Told = Pick<SocketsSettings, "observer">;

/** Somebody was not let in. */
export function refused(
  { observer }: Told,
  req: IncomingMessage,
  { instance: id, status, type }: ProblemBody,
): void {
  observer?.seen({ event: "refused", id, req, status, seconds: 0, reason: nameOf(type) });
}
/** `/problems/TOKEN_INVALID` → `TOKEN_INVALID` */
const nameOf = (type: string): string => type.replace(/^.*\//, "");

const about = ({ caller, socket }: Visitor) =>
  ({ id: socket.id, req: socket.request, caller, status: 101 }) satisfies Partial<SocketSeen>;

export function came({ observer }: Told, visitor: Visitor): void {
  observer?.seen({ event: "opened", ...about(visitor), seconds: 0 });
}

export function left({ observer }: Told, visitor: Visitor): void {
  const seconds = (Date.now() - visitor.socket.handshake.issued) / 1_000;
  observer?.seen({ event: "ended", ...about(visitor), seconds, reason: visitor.ended ?? "left" });
}

/** @returns what is told how a question ends */
export function noting(
  { settings, allowed }: SocketHouse,
  { caller, socket }: Visitor,
  name: unknown,
  id: string,
) {
  const began = performance.now();
  const action = typeof name === "string" && allowed.asked.has(name) ? name : undefined;
  return (status: number, type?: string) => {
    const seconds = (performance.now() - began) / 1_000;
    const about = { id, req: socket.request, caller, action, status, seconds };
    const reason = type === undefined ? undefined : nameOf(type);
    settings.observer?.seen({ event: "asked", ...about, reason });
  };
}

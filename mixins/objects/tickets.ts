/**
 * Tickets of the house's own: what somebody may do with an object and until when, signed by
 * HMAC-SHA-256, so that a door can serve it without asking anybody. Pure.
 */
import { createHmac, timingSafeEqual } from "node:crypto";
import { z } from "zod";
import type { Access, Address } from "./port.ts";

const mostSeconds = 604_800;

const Ticket = z.discriminatedUnion("method", [
  z.strictObject({
    method: z.literal("GET"),
    key: z.string(),
    until: z.int(),
    name: z.string().optional(),
  }),
  z.strictObject({
    method: z.literal("PUT"),
    key: z.string(),
    until: z.int(),
    size: z.int(),
    contentType: z.string(),
  }),
]);
export type Ticket = z.output<typeof Ticket>;

/** Where the door is that serves them: its path of objects. */
export const ticketPath = "/v1/objects";

export interface Tickets {
  issue(key: string, access: Access): string;
  /** Undefined when it is not ours, was changed, or its time is over. */
  open(text: string): Ticket | undefined;
}

/**
 * @param secret the house's, 256 bits as text
 * @param now milliseconds since the epoch
 */
export function ticketing(secret: string, now: () => number): Tickets {
  const sign = (said: string) => createHmac("sha256", `objects\0${secret}`).update(said).digest();
  return {
    issue(key, { seconds, ...access }) {
      const until = now() + Math.min(seconds, mostSeconds) * 1_000;
      const said = Buffer.from(JSON.stringify({ key, until, ...access })).toString("base64url");
      return `${said}.${sign(said).toString("base64url")}`;
    },
    open(text) {
      const [said = "", signature = "", more] = text.split(".");
      const given = Buffer.from(signature, "base64url");
      const right = sign(said);
      if (more !== undefined || given.length !== right.length) return undefined;
      if (!timingSafeEqual(given, right)) return undefined;
      const ticket = Ticket.parse(JSON.parse(Buffer.from(said, "base64url").toString("utf8")));
      return ticket.until > now() ? ticket : undefined;
    },
  };
}

/** @param door where the public door is reached from outside, `https://bijou.example` */
export function ticketAddress(
  tickets: Tickets,
  door: string,
  [key, access]: [key: string, access: Access],
): Address {
  const url = `${door.replace(/\/+$/, "")}${ticketPath}?ticket=${tickets.issue(key, access)}`;
  return { url, headers: access.method === "PUT" ? { "content-type": access.contentType } : {} };
}

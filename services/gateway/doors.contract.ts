/** What doors do by themselves, and what those of the house's nodes tell each other. */
import { z } from "zod";
import { action, event } from "../shared/contract.ts";

/** An actor has written: answers that were made of it are to be forgotten. Lost, they end by time. */
export const wrote = event("doors.wrote", z.strictObject({ actor: z.string().max(100) }));

/** Signed by the house: names an object, what may be done with it, and until when. */
export const ByTicket = z.strictObject({ ticket: z.string().max(3_000) });

const ticketed = { opens: { public: "guest" }, ticket: true } as const;

/** Who has a ticket needs nothing else; without a server of objects the house gives them out. */
export const fetchObject = action("doors.fetchObject", ByTicket, z.unknown(), {
  summary: "The bytes of the object that a ticket names.",
  route: "GET /v1/objects",
  download: true,
  ...ticketed,
});
export const storeObject = action(
  "doors.storeObject",
  ByTicket,
  z.strictObject({ size: z.int(), sha256: z.string() }),
  {
    summary: "Takes the bytes that a ticket allows: so many, of that type.",
    route: "PUT /v1/objects",
    ...ticketed,
  },
);

/** What the doors of the house's nodes tell each other. */
import { z } from "zod";
import { event } from "../shared/contract.ts";

/** An actor has written: answers that were made of it are to be forgotten. Lost, they end by time. */
export const wrote = event("doors.wrote", z.strictObject({ actor: z.string().max(100) }));

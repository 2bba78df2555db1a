/** Ending sessions from within the house; no door opens it. */
import { z } from "zod";
import { secured } from "../accounts/account.contract.ts";
import { action } from "../shared/contract.ts";
import { done, SessionId } from "./sessions.contract.ts";

/** For auth alone: one that should not have begun. */
export const end = action(
  "sessions.end",
  z.strictObject({ session: SessionId, why: z.string() }),
  done,
  { summary: "Ends a session.", idempotent: true },
);

/** As `accounts.secured.v1` will say too: asked so that it has happened when auth answers. */
export const secure = action("sessions.secure", secured.data, done, {
  summary: "Ends the sessions of an account, or has their access tokens refused.",
  idempotent: true,
});

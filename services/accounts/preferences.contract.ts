/** A person: how they show themselves and want to be spoken to, and what follows from it. Pure. */
import { z } from "zod";
import { AccountId, Email, Language } from "./accounts.contract.ts";

/** A name of the IANA time zone database that this Node knows; offsets are no zones. */
export function isTimeZone(name: string): boolean {
  if (!/^[A-Za-z]/.test(name)) return false;
  try {
    new Intl.DateTimeFormat("en", { timeZone: name });
    return true;
  } catch {
    return false;
  }
}

/** Ways to tell a person something. */
export const Way = z.enum(["email", "push", "inbox"]);
const WallTime = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, "a time of day, 00:00 to 23:59");

/** By the clock on the person's wall; `from` is within, `to` is not. May span midnight. */
export const QuietHours = z
  .strictObject({ from: WallTime, to: WallTime })
  .refine(({ from, to }) => from !== to, "from and to are the same: take it away, or widen it");

export const Preferences = z.strictObject({
  language: Language,
  timeZone: z
    .string()
    .max(60)
    .refine(isTimeZone, "a time zone of the IANA database, such as Europe/Berlin"),
  ways: z.array(Way).max(Way.options.length),
  quietHours: QuietHours.nullable(),
  adultContent: z.boolean(),
});
export type Preferences = z.output<typeof Preferences>;

/** What holds where a person has not said otherwise. */
export const presets: Preferences = {
  language: "en",
  timeZone: "UTC",
  ways: ["email", "inbox"],
  quietHours: null,
  adultContent: false,
};

export const Contact = z.strictObject({
  id: z.uuid(),
  address: Email,
  /** Shown to be its owner's; only then is anything sent there. */
  verified: z.boolean(),
  /** The e-mail of the account itself: it changes there. */
  primary: z.boolean(),
});
/** What a person says of themselves; null where nothing. */
export const profile = {
  displayName: z
    .string()
    .trim()
    .min(1)
    .max(80)
    .regex(/^\P{Cc}*$/u, "no control characters")
    .nullable(),
  avatar: z
    .url({ protocol: /^https$/ })
    .max(2000)
    .nullable(),
  birthday: z.iso.date().nullable(),
};
export const Me = z.strictObject({
  id: AccountId,
  kind: z.enum(["account", "guest"]),
  ...profile,
  preferences: Preferences,
  contacts: z.array(Contact),
  /** When everything about this account goes; null unless it was asked for. */
  deletion: z.strictObject({ requestedAt: z.iso.datetime(), due: z.iso.datetime() }).nullable(),
});

/** The clock on the wall of a time zone, `HH:MM`. */
function wallTime(timeZone: string, instant: Date): string {
  const format = { timeZone, hour: "2-digit", minute: "2-digit", hourCycle: "h23" } as const;
  return new Intl.DateTimeFormat("en-GB", format).format(instant);
}

/**
 * Whether a person is not to be disturbed. It goes by the clock on the wall: an hour that daylight
 * saving leaves out is never quiet, one that it repeats is quiet twice.
 */
export function isQuiet(
  { quietHours, timeZone }: Pick<Preferences, "quietHours" | "timeZone">,
  instant: Date,
): boolean {
  if (!quietHours) return false;
  const { from, to } = quietHours;
  const now = wallTime(timeZone, instant);
  return from < to ? from <= now && now < to : from <= now || now < to;
}

/** From this age on, in years, adult content may be asked for. */
export const adultAge = 18;

/**
 * Whether a person has the age.
 *
 * @param birthday, today dates `2000-02-29`; who is born on a leap day has it on 1 March
 */
export function isAdult(birthday: string, today: string): boolean {
  const [year, ...day] = birthday.split("-");
  return `${String(Number(year) + adultAge).padStart(4, "0")}-${day.join("-")}` <= today;
}

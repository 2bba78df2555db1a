/** How a person wants to be spoken to, and the rules that follow from it. Pure. */
import { z } from "zod";
import { Language } from "./accounts.contract.ts";

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

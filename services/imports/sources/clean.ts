/** What the cleaners of all sources share: the shape of their work, and tidying of text. */
import type { z } from "zod";
import type { FilmDraft } from "../../catalog/film.contract.ts";
import type { Options } from "../import.contract.ts";

export type Fields = Readonly<Record<string, unknown>>;
export type FilmInput = z.input<typeof FilmDraft>;
export type ImportOptions = z.output<typeof Options>;

/** A row understood. */
export interface Cleaned {
  /** Tells the row from the others of its source, also in next month's file. */
  key: string;
  film: FilmInput;
  /** Kinds of what had to be put right. */
  normalised: string[];
  unknownGenres: string[];
  /** For an episode: the imdb id of its series, and its place in it. */
  series?: { imdb: string; season: number; number: number };
}

/** From a row to a film, or the reason why it is none. Time is an argument. */
export type Cleaner = (
  fields: Fields,
  options: ImportOptions,
  thisYear: number,
) => Cleaned | string;

const tidyAlready = /^(?:[\x21-\x7e]+(?: [\x21-\x7e]+)*)?$/;
/** Characters that nobody sees; joiners only behind Latin, since some scripts need them. */
const unseen =
  /[\u00ad\u200b\u200e\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff]|(?<=[\u0020-\u024f])[\u200c\u200d]/g;

/** One line without surplus, odd or invisible spaces. */
export const tidy = (text: string): string =>
  tidyAlready.test(text)
    ? text
    : text
        .replace(unseen, "")
        .replace(/[\s\p{Cc}]+/gu, " ")
        .trim();

/** Text of a field, tidy; undefined when there is none. */
export function textOf(value: unknown): string | undefined {
  if (typeof value === "number") return String(value);
  if (typeof value !== "string") return undefined;
  return tidy(value) || undefined;
}

/** A year that a film can have; a few years ahead are announced films. */
export function yearOf(value: unknown, thisYear: number): number | undefined {
  const found = /(?<!\d)(1[89]\d\d|20\d\d)(?!\d)/.exec(String(value ?? ""));
  const year = found ? Number(found[1]) : 0;
  return year >= 1870 && year <= thisYear + 10 ? year : undefined;
}

/** A web address as it may be kept. */
export function addressOf(value: unknown): string | undefined {
  const text = textOf(value);
  return text && text.length <= 2000 && /^https?:\/\//.test(text) && URL.canParse(text)
    ? text
    : undefined;
}

/** `114709`, `0114709` and `tt0114709` are one id. */
export function imdbOf(value: unknown): string | undefined {
  const digits = /^(?:tt)?(\d{1,10})$/.exec(textOf(value) ?? "")?.[1];
  return digits && Number(digits) > 0 ? `tt${String(Number(digits)).padStart(7, "0")}` : undefined;
}

export function numberIdOf(value: unknown): string | undefined {
  const digits = /^\d{1,10}$/.exec(textOf(value) ?? "")?.[0];
  return digits && Number(digits) > 0 ? String(Number(digits)) : undefined;
}

/** How texts end that were cut by their source are left as they are; over-long ones are cut here. */
export const cut = (text: string, max: number): string =>
  text.length <= max ? text : `${text.slice(0, max - 1).trimEnd()}…`;

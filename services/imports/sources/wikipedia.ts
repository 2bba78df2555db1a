/**
 * Films as prust/wikipedia-movie-data writes them, one JSON object a line: title, year, cast,
 * genres, href, extract, thumbnail. They come from tables and lists of Wikipedia, so wiki markup,
 * footnotes and pieces of sentences stand where names should.
 */
import { readGenres } from "../genres.ts";
import { addressOf, type Cleaned, cut, type Fields, textOf, tidy, yearOf } from "./clean.ts";

const css = /\s*\.mw-parser-output.*\}\s*/gs;
const wholeAndFraction = /(\d)\+(\d+)\u2044(\d+)/g;
const footnotes = /\s*\[(?:\d{1,3}|[a-z]{1,3}|note \d+)\]/gi;
const disambiguator = / \((?:\d{4} )?(?:(?:silent|short|TV) )?(?:film|serial)\)$/i;

export function cleanTitle(raw: string, normalised: string[] = []): string {
  let title = tidy(raw);
  if (title !== raw) normalised.push("title-spaces");
  const steps: [string, (text: string) => string][] = [
    ["title-css", (t) => t.replace(css, " ").replace(wholeAndFraction, "$1 $2/$3")],
    ["title-footnote", (t) => t.replace(footnotes, "")],
    ["title-disambiguator", (t) => t.replace(disambiguator, "")],
  ];
  for (const [kind, step] of steps) {
    const next = step(title).trim();
    if (next !== title && next !== "") {
      normalised.push(kind);
      title = next;
    }
  }
  return title;
}

const plainName = /^\p{Lu}[\p{L}\p{M}.'’-]+(?: [\p{L}\p{M}.'’-]+)*$/u;
const wikiDebris = /\[\[|\]\]|\s*\[[a-z0-9]{1,3}\]/gi;
const role = / \((?:[^()]* )?(?:actor|actress|narrator|dancer|singer|comedian|cast|voice)\)$/i;
const notActing =
  /\((?:[^()]*)(?:writer|screen|teleplay|director|producer|story|novel|book)[^()]*\)|^dir\.:/i;
const noName =
  /^(?:the|and|with|of|x?|cast|sr|jr|various|none|others|tba|n\/a|narrated by|voices? of|and (?:his|her|the) .*)$/i;
const suffix = /^(?:jr|sr|ii|iii)\.?$/i;

/** A name of the cast; undefined for what is no name of an actor. */
export function cleanName(raw: string): string | undefined {
  const name = tidy(raw.replace(wikiDebris, ""))
    .replace(role, "")
    .replace(/^(?:and|with) (?=\p{Lu})/u, "")
    .replace(/^[\s.,;:*•–-]+(?=\p{L})/u, "");
  if (plainName.test(name) && !noName.test(name)) return name;
  if (name.length > 100 || !/[\p{L}\p{N}]/u.test(name) || /^\(.*\)$|[:(]$/.test(name))
    return undefined;
  if (notActing.test(name) || noName.test(name.replace(/[.:]$/, ""))) return undefined;
  if (count(name, "(") !== count(name, ")")) return undefined;
  // "voices of", "the history of": a piece of a sentence. "will.i.am" is a name.
  if (!/[\p{Lu}\p{Lt}\p{Lo}\p{N}.]/u.test(name)) return undefined;
  if (/^\p{Ll}.* (?:of|in|with|a|the|at|on|post-|\d{4})$/u.test(name)) return undefined;
  return name;
}

const count = (text: string, part: string): number => text.split(part).length - 1;

export function cleanCast(raw: unknown, normalised: string[] = []): { name: string }[] {
  if (!Array.isArray(raw)) return [];
  const names: string[] = [];
  let changed = false;
  for (const entry of raw as unknown[]) {
    const given = typeof entry === "string" ? entry : "";
    const before = names.at(-1);
    // A list split at its commas leaves "Jr." behind.
    if (suffix.test(given) && before) names[names.length - 1] = `${before} ${given}`;
    const name = suffix.test(given) ? undefined : cleanName(given);
    changed ||= name !== given;
    if (name && !names.includes(name)) names.push(name.slice(0, 200));
  }
  if (changed) normalised.push("cast-debris");
  return names.slice(0, 500).map((name) => ({ name }));
}

/** Paragraphs as they are, spaces within them tidy. */
function cleanExtract(raw: unknown, normalised: string[]): string | undefined {
  if (typeof raw !== "string") return undefined;
  const text = raw
    .split(/\n{2,}/)
    .map(tidy)
    .filter(Boolean)
    .join("\n\n");
  if (text !== raw) normalised.push("extract-spaces");
  return text ? cut(text, 20_000) : undefined;
}

const attribution = (href: string | undefined) => ({
  source: "Wikipedia",
  license: "CC BY-SA 4.0",
  ...(href ? { url: `https://en.wikipedia.org/wiki/${href}` } : {}),
});

export function cleanWikipedia(row: Fields, _options: unknown, thisYear: number): Cleaned | string {
  if (typeof row.title !== "string") return "it has no title";
  const normalised: string[] = [];
  const title = cleanTitle(row.title, normalised);
  if (!title) return "its title is empty";
  if (title.length > 500) return "its title is over 500 characters long";
  const year = yearOf(row.year, thisYear);
  if (!year && row.year != null) normalised.push("year-impossible");
  const href = textOf(row.href)?.replaceAll(" ", "_").slice(0, 400);
  const names = Array.isArray(row.genres) ? row.genres.filter((g) => typeof g === "string") : [];
  const { genres, unknown } = readGenres(names);
  const text = cleanExtract(row.extract, normalised);
  const poster = addressOf(row.thumbnail);
  return {
    key: [row.title, row.year ?? "", row.href ?? ""].join("|"),
    film: {
      kind: "film",
      titles: { en: title },
      ...(year ? { year } : {}),
      genres,
      extracts: text ? { en: { text, attribution: attribution(href) } } : {},
      ...(poster ? { poster } : {}),
      externalIds: href ? { wikipedia: href } : {},
      cast: cleanCast(row.cast, normalised),
    },
    normalised,
    unknownGenres: unknown,
  };
}

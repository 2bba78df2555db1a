/** What rows showed, counted for the quality report of an import. Pure. */
import type { z } from "zod";
import type { FilmDraft } from "../catalog/film.contract.ts";
import type { Quality } from "./import.contract.ts";
import { type ImportSource, rules, type Understood } from "./import-rows.ts";
import type { Fields } from "./sources/clean.ts";

export type Findings = z.output<typeof Quality>;

export const nothingFound = (): Findings => ({
  nulls: {},
  normalised: {},
  unknownGenres: {},
  duplicates: 0,
  near: 0,
  orphans: 0,
});

/** Names come from outside: beyond so many they are counted together. */
const mostNames = 100;

const count = (counts: Record<string, number>, name: string, more = 1): void => {
  const known =
    Object.hasOwn(counts, name) || Object.keys(counts).length < mostNames ? name : "(others)";
  counts[known] = (counts[known] ?? 0) + more;
};

function isMissing(film: FilmDraft, field: string): boolean {
  const value = (film as Fields)[field] ?? (film.externalIds as Fields)[field];
  return (
    value === undefined || (typeof value === "object" && Object.keys(value ?? {}).length === 0)
  );
}

/** What rows showed. @param duplicates how many repeat what an earlier one had */
export function noted(
  source: ImportSource,
  rows: readonly Understood[],
  duplicates: number,
): Findings {
  const findings = { ...nothingFound(), duplicates };
  for (const { row, cleaned } of rows) {
    for (const field of rules[source].gives) {
      if (isMissing(row.film, field)) count(findings.nulls, field);
    }
    for (const kind of cleaned.normalised) count(findings.normalised, kind);
    for (const name of cleaned.unknownGenres) count(findings.unknownGenres, name);
  }
  return findings;
}

/** The sum of two findings. */
export function summed(a: Findings, b: Findings): Findings {
  const sum = structuredClone(a);
  for (const part of ["nulls", "normalised", "unknownGenres"] as const) {
    for (const [name, more] of Object.entries(b[part])) count(sum[part], name, more);
  }
  for (const part of ["duplicates", "near", "orphans"] as const) sum[part] += b[part];
  return sum;
}

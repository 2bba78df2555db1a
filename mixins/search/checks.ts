/** What an engine refuses before it does anything: queries and documents that cannot be. Pure. */
import { QueryError } from "./errors.ts";
import type { IndexDefinition, Removal, SearchDocument } from "./port.ts";

/** @throws QueryError */
export function checkLimit(limit: number, most: number): void {
  if (Number.isInteger(limit) && limit >= 1 && limit <= most) return;
  throw new QueryError(`The limit must be a whole number from 1 to ${most}, not ${limit}.`);
}

/** @throws QueryError where the index has no such facet */
export const checkFacet = (facets: Iterable<string>, name: string): void =>
  checkName("facet", [...facets], name);

/** @throws QueryError where the index has no such sort */
export const checkSort = (sorts: Iterable<string>, name: string): void =>
  checkName("sort", [...sorts], name);

function checkName(what: string, known: readonly string[], name: string): void {
  if (known.includes(name)) return;
  throw new QueryError(`There is no ${what} "${name}": ${known.join(", ")}.`);
}

const mostIdBytes = 512;

/** @throws Error that names the document, before anything is written */
export function checkRemoval({ id, version }: Removal): void {
  const bytes = Buffer.byteLength(id);
  if (bytes === 0 || bytes > mostIdBytes) {
    throw new Error(
      `An id must have 1 to ${mostIdBytes} bytes, not ${bytes}: "${id.slice(0, 40)}".`,
    );
  }
  if (!Number.isSafeInteger(version) || version < 0) {
    throw new Error(`The version of ${id} must be a whole number from 0, not ${version}.`);
  }
}

/** @throws Error that names the document, before anything is written */
export function checkDocument({ sorts }: IndexDefinition, document: SearchDocument): void {
  checkRemoval(document);
  const numbers = sorts.map((name): [string, unknown] => [name, document.sorts[name]]);
  for (const [name, value] of [...numbers, ["popularity", document.popularity] as const]) {
    if (typeof value !== "number" || Number.isFinite(value)) continue;
    throw new Error(`The ${name} of ${document.id} must be a number, not ${value}.`);
  }
}

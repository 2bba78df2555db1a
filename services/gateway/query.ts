/** Query strings: taken apart, and turned into what a contract's schema asks for. Pure. */
import { UrlInvalid } from "./refusals.ts";

/** Names with their values in the order of the address. */
export type Query = ReadonlyMap<string, readonly string[]>;
const mostPairs = 200;

function decoded(text: string): string {
  try {
    return decodeURIComponent(text.includes("+") ? text.replaceAll("+", " ") : text);
  } catch {
    throw UrlInvalid({ reason: `"${text.slice(0, 60)}" in the query` });
  }
}

/**
 * Takes a query string (without `?`) apart, as `application/x-www-form-urlencoded`.
 *
 * @throws URL_INVALID for bad percent-encoding and for more than 200 pairs
 */
export function parseQuery(text: string): Query {
  const query = new Map<string, string[]>();
  let pairs = 0;
  for (const pair of text.split("&")) {
    if (pair === "") continue;
    if (++pairs > mostPairs) throw UrlInvalid({ reason: `more than ${mostPairs} parameters` });
    const equals = pair.indexOf("=");
    const name = decoded(equals === -1 ? pair : pair.slice(0, equals));
    const value = equals === -1 ? "" : decoded(pair.slice(equals + 1));
    const values = query.get(name);
    if (values) values.push(value);
    else query.set(name, [value]);
  }
  return query;
}

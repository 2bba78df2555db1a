/** Which actors a node runs: `SERVICES=catalog`, `SERVICES=catalog/search,gateway`, `!gateway/admin`. */
import { globSync } from "node:fs";
import { fileURLToPath } from "node:url";

/** The folder of the services, of sources or of the build, whichever this file belongs to. */
export const servicesFolder = fileURLToPath(new URL("../services", import.meta.url));

/** All actors, as `catalog/search`, with their files. */
export function allActors(): Map<string, string> {
  const files = globSync("*/*.service.{ts,js}", { cwd: servicesFolder }).toSorted();
  return new Map(files.map((file) => [file.replace(/\.service\.[tj]s$/, ""), file]));
}

/**
 * The actors wanted: contexts, actors, or all but those behind a `!`.
 *
 * @param wanted as in the variable; everything when empty
 * @returns the names, and the words that name nothing
 */
export function chooseActors(
  wanted: string | undefined,
  all: readonly string[],
): { chosen: string[]; unknown: string[] } {
  const wordsOf = (wanted ?? "")
    .split(",")
    // A process started by a node inherits the files that the runner was told.
    .flatMap((word) => word.trim().replace(/\.service\.[tj]s$/, "") || []);
  const named = (word: string) =>
    all.filter((actor) => actor === word || actor.startsWith(`${word}/`));
  const without = wordsOf.filter((word) => word.startsWith("!")).map((word) => word.slice(1));
  const within = wordsOf.filter((word) => !word.startsWith("!"));
  const unknown = [...within, ...without].filter((word) => named(word).length === 0);
  const start = within.length > 0 ? new Set(within.flatMap(named)) : new Set(all);
  for (const actor of without.flatMap(named)) start.delete(actor);
  return { chosen: [...start].toSorted(), unknown };
}

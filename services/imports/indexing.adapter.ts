/** Waiting at the end of an import until its films can be found. */
import { setTimeout as wait } from "node:timers/promises";
import { untold } from "../catalog/films.contract.ts";
import { SearchUnavailable } from "../catalog/problems.contract.ts";
import { stats } from "../catalog/search.contract.ts";
import { type Asker, call } from "../shared/wire.ts";

const lookAgainMs = 200;
/** A search that is away longer than a node takes to start anew is not waited for. */
const awayMs = 10_000;

/**
 * Waits until the search has every film that was told of.
 *
 * @param patienceMs so long may nothing move before the waiting ends
 * @returns a sentence when it was not waited for to the end
 */
export async function waitForIndex(
  broker: Asker,
  patienceMs: number,
  signal: AbortSignal,
): Promise<string | undefined> {
  let least = Number.POSITIVE_INFINITY;
  let standing = 0;
  let away: string | undefined;
  while (!signal.aborted) {
    const left = await leftToIndex(broker).catch((error: unknown) => {
      away = whyAway(error) ?? away;
      return undefined;
    });
    if (left === 0) return undefined;
    if (left !== undefined) away = undefined;
    standing = (left ?? least) < least ? 0 : standing + lookAgainMs;
    least = Math.min(left ?? least, least);
    if (away && standing >= Math.min(awayMs, patienceMs)) return away;
    if (standing >= patienceMs) return stands(least);
    await wait(lookAgainMs);
  }
  return "All rows are stored; it was not waited for the search to have them.";
}

const nobodySearches =
  "All rows are stored; no search runs in this cluster. " +
  "Start a node with SERVICES=catalog/search: it takes in by itself what it has missed.";

function stands(least: number): string {
  const what = Number.isFinite(least) ? `lacks ${least} changes` : "does not answer";
  return `All rows are stored; the search ${what} yet. See \`bijou services\`.`;
}

const indexAway =
  "All rows are stored; the index of the search is away (see ELASTIC_URL). " +
  "The films are found when it is back: the search takes in by itself what it has missed.";

/** Why there is nothing to ask, empty where there is; nothing where the error does not tell. */
function whyAway(error: unknown): string | undefined {
  const { type, data } = error as { type?: string; data?: { action?: unknown } };
  // A breaker only says that it went badly before.
  if (type === "BREAKER_OPEN") return undefined;
  if (type === SearchUnavailable.type) return indexAway;
  const isMissing = type === "SERVICE_NOT_FOUND" || type === "SERVICE_NOT_AVAILABLE";
  return isMissing && data?.action === stats.name ? nobodySearches : "";
}

async function leftToIndex(broker: Asker): Promise<number> {
  const { count } = await call(broker, untold, {});
  const { lag } = await call(broker, stats, {});
  return count + lag;
}

/** What is there after a crash run, against what was acknowledged. */
import type { ServiceBroker } from "moleculer";
import * as films from "../../services/catalog/films.contract.ts";
import * as people from "../../services/catalog/people.contract.ts";
import { call } from "../../services/shared/wire.ts";
import { booked, counted } from "./counting.ts";
import type { Load } from "./load.ts";

export interface Verdict {
  /** Acknowledged, and not there. */
  lostAdditions: number;
  lostFilms: number;
  /** Films that there are, acknowledged or not. */
  films: number;
  /** Asked for again with one idempotency key, and made twice. */
  filmsTwice: number;
  /** Counters whose total is not the sum of the additions that they hold. */
  wrongTotals: number;
  /** Messages of additions: those that took no effect, and those that took it more than once. */
  messages: number;
  messagesLost: number;
  messagesTwice: number;
  /** Acknowledged films whose person never came to be known. */
  peopleLost: number;
}

async function sums(broker: ServiceBroker, contract: typeof counted) {
  const all = new Map<string, { total: number; claims: string[] }>();
  let cursor: string | undefined;
  do {
    const page = await call(broker, contract, cursor ? { cursor } : {}, { timeout: 10_000 });
    for (const { key, total, claims } of page.items) all.set(key, { total, claims });
    cursor = page.next ?? undefined;
  } while (cursor);
  return all;
}

/** Looks once: what is still under way counts as lost. */
export async function judge(broker: ServiceBroker, load: Load): Promise<Verdict> {
  const counters = await sums(broker, counted);
  const ledger = await sums(broker, booked);
  const verdict: Verdict = {
    ...{ lostAdditions: 0, lostFilms: 0, films: 0, filmsTwice: 0, wrongTotals: 0, messages: 0 },
    ...{ messagesLost: 0, messagesTwice: 0, peopleLost: 0 },
  };
  for (const [id, key] of load.added) {
    if (!counters.get(key)?.claims.includes(id)) verdict.lostAdditions++;
  }
  for (const [key, { total, claims }] of counters) {
    const sum = claims.reduce((all, id) => all + (load.amounts.get(id) ?? Number.NaN), 0);
    if (sum !== total || new Set(claims).size !== claims.length) verdict.wrongTotals++;
    const heard = ledger.get(key) ?? { total: 0, claims: [] };
    const missing = claims.length - heard.claims.length;
    verdict.messages += claims.length;
    if (missing > 0) verdict.messagesLost += missing;
    else if (missing < 0 || heard.total !== total) verdict.messagesTwice += Math.max(1, -missing);
  }
  const made = [...load.made];
  for (let at = 0; at < made.length; at += 100) {
    const some = made.slice(at, at + 100);
    const ids = some.map(([id]) => id);
    const found = await call(broker, films.many, { ids }, { timeout: 10_000 });
    verdict.lostFilms += ids.length - found.length;
    for (const [, id] of some) {
      await call(broker, people.get, { id }, { timeout: 10_000 }).catch(() => verdict.peopleLost++);
    }
  }
  for (const person of load.wanted) {
    const page = await call(broker, films.list, { person, limit: 2 }, { timeout: 10_000 });
    verdict.films += page.items.length;
    verdict.filmsTwice += Math.max(0, page.items.length - 1);
  }
  return verdict;
}

export const isClean = (verdict: Verdict): boolean =>
  Object.entries(verdict).every(([name, count]) => /^(films|messages)$/.test(name) || count === 0);

/** From words to hits: climbs the ladder of questions over the server. */
import { titleKey } from "../../../services/shared/text.ts";
import type { Lexicon } from "../alternatives.ts";
import { climb } from "../ladder.ts";
import { wordsOf } from "../reading.ts";
import { type Asked, counted, find, merge, mostRanked, type Retrieved, totalOf } from "./find.ts";
import { Facts } from "./lexicon.ts";

export async function retrieve(asked: Asked, q: string): Promise<Retrieved> {
  const list = wordsOf(q);
  if (list.length === 0) return byTitleAlone(asked, q);
  const facts = new Facts();
  const ladder = climb<Retrieved>(q, list);
  let step = ladder.next();
  while (!step.done) {
    const { value } = step;
    if (value.kind === "read") step = ladder.next(await read(asked, facts, value.read));
    else if (value.kind === "find") step = ladder.next(await find(asked, value.question));
    else step = ladder.next(await merge(asked, value.first, value.second));
  }
  return step.value;
}

/** Reads again and again until nothing is missing: each time what was learnt leads on. */
async function read<T>({ reader, preference }: Asked, facts: Facts, how: (l: Lexicon) => T) {
  for (;;) {
    const made = how(facts);
    const questions = facts.questions();
    if (!questions) return made;
    facts.learn((await reader.search(questions, preference)) as Parameters<Facts["learn"]>[0]);
  }
}

/** A query of nothing but signs can only be a title: "$". */
async function byTitleAlone(asked: Asked, q: string): Promise<Retrieved> {
  const { reader, preference, filter } = asked;
  const query = { bool: { filter: [...filter, { term: { titles: titleKey(q).toWellFormed() } }] } };
  const found = await reader.search(
    {
      size: mostRanked,
      track_total_hits: true,
      _source: ["popularity"],
      query,
      sort: [{ popularity: { order: "desc" } }, { id: { order: "asc" } }],
      ...counted(asked),
    },
    preference,
  );
  const head = found.hits.hits.map(({ _id: id = "", _source: s }) => ({
    id,
    score: s?.popularity ?? 0,
  }));
  const known = { total: totalOf(found), ranked: head.length, strong: true, complete: true };
  return { ...known, query, head, readings: [], aggregations: found.aggregations };
}

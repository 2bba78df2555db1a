/** From words to rows: climbs the ladder of questions over an index file. */
import { titleKey } from "../../../services/shared/text.ts";
import { Bits } from "../bits.ts";
import { climb, type Outcome } from "../ladder.ts";
import { wordsOf } from "../reading.ts";
import { type Found, find, type Index, inOrder, type Scored } from "./candidates.ts";

/** What was found, and how many that is. */
type Answer = Scored & Outcome;

/** @param allowed the rows that pass the filters */
export function retrieve(index: Index, q: string, allowed: Bits): Found {
  const list = wordsOf(q);
  if (list.length === 0) return byTitleAlone(index, q, allowed);

  const ladder = climb<Answer>(q, list);
  let step = ladder.next();
  while (!step.done) {
    const { value } = step;
    if (value.kind === "read") step = ladder.next(value.read(index.lexicon));
    else if (value.kind === "merge") {
      step = ladder.next(counted(merge(index, value.first, value.second)));
    } else {
      const { readings, need } = value.question;
      step = ladder.next(counted(find(index, readings, need, allowed)));
    }
  }
  return step.value;
}

const counted = (found: Scored): Answer => ({
  ...found,
  total: found.rows.size,
  ranked: found.head.length,
});

function merge({ columns }: Index, first: Scored, second: Scored): Scored {
  first.rows.addAll(second.rows);
  const best = new Map(first.head.map((ranking) => [ranking.row, ranking]));
  for (const ranking of second.head) {
    if ((best.get(ranking.row)?.score ?? -1) < ranking.score) best.set(ranking.row, ranking);
  }
  const head = [...best.values()].sort(inOrder(columns));
  const strong = first.strong || second.strong;
  const readings = [...first.readings, ...second.readings];
  return { rows: first.rows, head, readings, strong, complete: first.complete };
}

/** A query of nothing but signs can only be a title: "$". */
function byTitleAlone({ columns, finder }: Index, q: string, allowed: Bits): Found {
  const titled = finder.titled(titleKey(q)).filter((row) => allowed.has(row));
  const head = titled.map((row) => ({ row, score: columns.popularity(row) }));
  return { rows: Bits.of(titled), head, readings: [] };
}

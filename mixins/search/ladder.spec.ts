import type { Lexicon } from "./alternatives.ts";
import { climb, type Outcome, type Question } from "./ladder.ts";

/** An index that knows some words and nothing of their likenesses. */
const knowing = (...words: string[]): Lexicon => ({
  count: (word) => (words.includes(word) ? 50 : 0),
  anywhere: (word) => (words.includes(word) ? 50 : 0),
  begins: () => false,
  near: (word) => (word === "titnic" ? [{ word: "titanic", count: 9 }] : []),
  alike: () => [],
});

const nothing: Outcome = { total: 0, ranked: 0, strong: false, complete: false };

/** Climbs, and notes what was asked: the need, and the words of the first reading. */
function asked(q: string, lexicon: Lexicon, answers: (question: Question) => Outcome): string[] {
  const ladder = climb<Outcome>(q, q.split(" "));
  const notes: string[] = [];
  let step = ladder.next();
  while (!step.done) {
    const { value } = step;
    if (value.kind === "read") step = ladder.next(value.read(lexicon));
    else if (value.kind === "merge") step = ladder.next(value.first);
    else {
      const { readings, need } = value.question;
      const words = readings[0]?.words.map((forms) => forms.at(-1)?.text).join(" ");
      notes.push(`${need}: ${words}`);
      step = ladder.next(answers(value.question));
    }
  }
  return notes;
}

test("what is named as it was typed is not asked otherwise", () => {
  const strong = { total: 1, ranked: 1, strong: true, complete: true };

  expect(asked("the matrix", knowing("the", "matrix"), () => strong)).toEqual(["all: the matrix"]);
});

test("an unknown word is forgiven a mistake", () => {
  const notes = asked("titnic", knowing("titanic"), () => ({ ...nothing, ranked: 1 }));

  expect(notes[1]).toBe("all: titanic");
});

test("where nothing has every word one is forgotten, then all but one", () => {
  const notes = asked("war drama zzyzx", knowing("war", "drama"), () => nothing);

  expect(notes.map((note) => note.split(":")[0])).toEqual(
    expect.arrayContaining(["all", "most", "some"]),
  );
  expect(notes.at(-1)).toMatch(/^some/);
});

test("a large result is taken as it is: its words were meant", () => {
  const large = { total: 9_000, ranked: 200, strong: false, complete: false };

  expect(asked("war drama", knowing("war", "drama"), () => large)).toHaveLength(1);
});

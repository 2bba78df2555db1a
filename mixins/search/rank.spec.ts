import { type Candidate, score } from "./rank.ts";
import type { Reading } from "./reading.ts";

const reading = (q: string): Reading => {
  const list = q.split(" ");
  const words = list.map((text, i) => [
    { text, prefix: false, quality: 1 },
    ...(i === list.length - 1 ? [{ text, prefix: true, quality: 0.95 }] : []),
  ]);
  return { words, known: 1, rare: false };
};

const film = (title: string, rest: Partial<Candidate> = {}): Candidate => ({
  titles: [title],
  names: [],
  bm25: 5,
  popularity: 0.5,
  ...rest,
});

/** The titles in the order of their scores. */
const order = (q: string, candidates: Candidate[]) =>
  candidates
    .map((one) => ({ title: one.titles[0], value: score(one, [reading(q)]).value }))
    .sort((a, b) => b.value - a.value)
    .map(({ title }) => title);

test("the exact title, then its beginning, then a word of it, then the rest", () => {
  const films = [
    film("opera night", { bm25: 40, popularity: 1 }),
    film("the real carmen", { bm25: 20 }),
    film("carmen jones"),
    film("carmen", { popularity: 0, bm25: 1 }),
  ];

  expect(order("carmen", films)).toEqual([
    "carmen",
    "carmen jones",
    "the real carmen",
    "opera night",
  ]);
});

test("an article before the title does not matter", () => {
  expect(order("matrix", [film("matrix revisited"), film("the matrix")])[0]).toBe("the matrix");
});

test("of titles that begin so the one that is nearer its end, of equals the better known", () => {
  expect(order("the gr", [film("the grapes of great wrath"), film("the grudge")])[0]).toBe(
    "the grudge",
  );
  const twins = [film("carmen"), film("carmen", { popularity: 0.9 })];
  const [low, high] = twins.map((one) => score(one, [reading("carmen")]).value);
  expect(high).toBeGreaterThan(low ?? 0);
});

test("a title with its actor outranks a title alone and an actor alone", () => {
  const films = [
    film("star wars holiday"),
    film("corvette summer", { names: ["mark hamill"] }),
    film("star wars", { names: ["mark hamill", "harrison ford"] }),
  ];

  expect(order("star wars hamill", films)[0]).toBe("star wars");
});

test("a whole name outranks parts of several, the first billed the last", () => {
  const films = [
    film("a", { names: ["tom hardy", "colin hanks"] }),
    film("b", { names: ["someone", "another", "tom hanks"] }),
    film("c", { names: ["tom hanks"] }),
  ];

  expect(order("tom hanks", films)).toEqual(["c", "b", "a"]);
});

test("says whether something was named, and whether every word stands as typed", () => {
  const of = (q: string) => score(film("the matrix", { names: ["keanu reeves"] }), [reading(q)]);

  expect(of("the matrix")).toMatchObject({ strong: true, complete: true });
  expect(of("keanu reeves")).toMatchObject({ strong: true, complete: true });
  expect(of("matrix keanu")).toMatchObject({ strong: false, complete: true });
  expect(of("matrix hacker")).toMatchObject({ strong: false, complete: false });
});

import { editsAllowed, LikeIndex } from "./typos.ts";

const index = (words: string[]): LikeIndex => {
  const like = new LikeIndex();
  // In batches of one: the parts must be found wherever they were merged to.
  for (const [i, word] of words.entries()) like.add([{ id: i + 1, word }]);
  return like;
};

test.each([
  ["pather", 1],
  ["pantherr", 1],
  ["pnather", 1],
  ["pamther", 1],
  ["pamhter", 2],
])("panther is near %s within %d edits", (typed, edits) => {
  const like = index(["dragon", "panther", "love"]);

  expect(like.near(typed, edits).has(2)).toBe(true);
});

test("finds words of the other script by their sound", () => {
  const like = index(["titanic", "матрица", "harry"]);

  expect([...like.alike("титаник")]).toContain(1);
  expect([...like.alike("matritsa")]).toContain(2);
  expect([...like.alike("гарри")]).toContain(3);
});

test("finds each of thousands of words again", () => {
  const words = Array.from({ length: 3000 }, (_, i) => `word${i.toString(36)}x`);
  const like = index(words);

  expect(words.every((word, i) => like.near(word, 0).has(i + 1))).toBe(true);
});

test("words beyond what an id can tell are left out, not confused with others", () => {
  const like = new LikeIndex();
  like.add([{ id: 2 ** 21, word: "panther" }]);

  expect(like.near("panther", 1).size).toBe(0);
});

test("short words are forgiven less", () => {
  expect([1, 4, 6, 7, 12].map(editsAllowed)).toEqual([0, 1, 1, 2, 2]);
});

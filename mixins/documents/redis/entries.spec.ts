import { bounds, entriesOf, idOf, matches, memberOf, sortable } from "./entries.ts";

const bytes = (a: string, b: string) => Buffer.compare(Buffer.from(a), Buffer.from(b));

test("values sort as texts: nothing, numbers, texts by their bytes, truth", () => {
  const values = [
    ...[undefined, Number.NEGATIVE_INFINITY, -1_000, -1.5, -1, 0, 0.1, 1, 1_961, 1e300],
    ...["", "B", "a", "a\u0000", "a\u0000b", "ab", "б", "😀", false, true],
  ];

  // In boxes: sorting alone puts undefined last.
  const boxes = values.map((value) => ({ value }));
  const sorted = boxes.toReversed().toSorted((a, b) => bytes(sortable(a.value), sortable(b.value)));

  expect(sorted).toEqual(boxes);
  expect(sortable(-0)).toBe(sortable(0));
});

test("members sort by value, then by id, though a text may be another's beginning", () => {
  const places = [
    { value: undefined, id: "z" },
    { value: "a", id: "1" },
    { value: "a", id: "2" },
    { value: "a\u0000", id: "0" },
    { value: "ab", id: "0" },
  ];
  const members = places.map((place) => memberOf("title", place));

  expect(members.toReversed().toSorted(bytes)).toEqual(members);
  expect(members.map(idOf)).toEqual(["z", "1", "2", "0", "0"]);
  expect(idOf(memberOf("id", { id: "x" }))).toBe("x");
});

test("a range takes in the values that it names, of one type", () => {
  const within = (value: unknown, range: object) => {
    const member = memberOf("f", { value: value as string, id: "i" });
    const { min, max } = bounds(range);
    const low = bytes(member, min.slice(1));
    const high = bytes(member, max.slice(1));
    return (
      (min.startsWith("[") ? low >= 0 : low > 0) && (max.startsWith("[") ? high <= 0 : high < 0)
    );
  };

  expect([1, 2, 3].map((n) => within(n, { gt: 1, lt: 3 }))).toEqual([false, true, false]);
  expect([1, 2, 3].map((n) => within(n, { gte: 1, lte: 2 }))).toEqual([true, true, false]);
  expect(["a", "b", 5, undefined].map((v) => within(v, { gte: "b" }))).toEqual([
    ...[false, true, false, false],
  ]);
  expect(["a", 5, undefined].map((v) => within(v, { lte: "a" }))).toEqual([true, false, false]);
});

test("a document stands in what its collection declares", () => {
  const of = { name: "n", indexes: { year: { sorts: true }, ids: { unique: true }, tags: {} } };
  const doc = { id: "d", version: 1, createdAt: "t", updatedAt: "t", ids: ["x"], tags: ["p", "q"] };

  expect(entriesOf(of, doc)).toEqual({
    u: ['ids="x"'],
    e: ['tags="p"', 'tags="q"'],
    s: [
      ["id", "d"],
      ["year", memberOf("year", { id: "d" })],
    ],
  });
});

test("documents match by equality, by one of several, by range and inside lists", () => {
  const doc = { year: 1961, tags: ["a", "b"], cast: [{ person: "p" }], name: "n" };

  expect(matches(doc, { year: { gte: 1961, lt: 1962 }, tags: "b", "cast.person": "p" })).toBe(true);
  expect(matches(doc, { tags: { in: ["c", "a"] }, gone: undefined })).toBe(true);
  expect(matches(doc, { year: { gt: 1961 } })).toBe(false);
  expect(matches(doc, { name: { gt: 5 } })).toBe(false);
  expect(matches(doc, { "cast.person": "x" })).toBe(false);
});

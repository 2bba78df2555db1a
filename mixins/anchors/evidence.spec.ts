import { Evidence } from "./evidence.ts";
import { type Line, sealed } from "./line.ts";

const key = "a key";
const head = (number: number) => ({ number, hash: `h${number}` });

/** So many lines of a writer, each of which anchors the chain `x` at its own number. */
function linesOf(writer: string, count: number, more: Partial<Line> = {}, by = key): Line[] {
  const lines: Line[] = [];
  for (let number = 1; number <= count; number++) {
    const before = lines.at(-1)?.mac ?? "";
    const first = number === 1 ? more : {};
    const content = { writer, number, before, at: `t${number}`, heads: { x: head(number) } };
    lines.push(sealed({ ...content, ...first }, by));
  }
  return lines;
}

function evidenceOf(found: Record<string, (Line | string)[]>, known: [string, number][] = []) {
  const evidence = new Evidence(key);
  for (const [writer, lines] of Object.entries(found)) {
    for (const line of lines) {
      const text = typeof line === "string" ? line : JSON.stringify(line);
      evidence.take(writer, `${writer}/object`, text);
    }
  }
  evidence.end(known, (writer) => writer);
  return evidence;
}

test("says the furthest end of each chain, whoever anchored it", () => {
  const other = sealed(
    { writer: "b", number: 1, before: "", at: "t9", heads: { x: head(2), y: head(1) } },
    key,
  );

  const { heads, faults, lines, lastAt } = evidenceOf({ a: linesOf("a", 3), b: [other] });

  expect([faults, lines, lastAt]).toEqual([[], 4, "t9"]);
  expect(Object.fromEntries(heads)).toEqual({ x: head(3), y: head(1) });
});

test("of two ends of one number the first counts", () => {
  const anew = { heads: { x: { number: 1, hash: "other" } } };

  const { heads } = evidenceOf({ a: linesOf("a", 1), b: linesOf("b", 1, anew) });

  expect(heads.get("x")).toEqual(head(1));
});

const [one, two, three] = linesOf("a", 3) as [Line, Line, Line];
test.each<[string, (Line | string)[], object[]]>([
  ["is changed", [one, { ...two, heads: {} }, three], [{ number: 2, fault: "anchor changed" }]],
  ["cannot be read", [one, "{", three], [{ number: 2, fault: "anchor changed" }]],
  ["is null", [one, "null", three], [{ number: 2, fault: "anchor changed" }]],
  ["nests for ever", [`{"a":${"[".repeat(9e4)}${"]".repeat(9e4)}}`, two, three], [{ number: 1 }]],
  ["is missing", [one, three], [{ number: 2, fault: "anchor missing" }]],
  ["is the first and missing", [two, three], [{ number: 1, fault: "anchor missing" }]],
  ["is of another writer", [...linesOf("b", 1), two, three], [{ number: 1 }]],
])("a line that %s is noticed once, and the others count", (_, lines, faults) => {
  const found = evidenceOf({ a: lines });

  expect(found.faults).toMatchObject(faults);
  expect(found.faults).toHaveLength(1);
  expect(found.heads.get("x")).toEqual(head(3));
});

test("lines that are there twice count once", () => {
  const { faults, lines } = evidenceOf({ a: [one, two, one, two, three] });

  expect([faults, lines]).toEqual([[], 3]);
});

test("lines sealed by another secret are said to be so, once for each writer", () => {
  const { faults, heads, tips } = evidenceOf({ a: linesOf("a", 3, {}, "another") });

  expect(faults).toEqual([{ object: "a/object", number: 1, fault: "anchor of another secret" }]);
  expect([heads.size, tips.size]).toEqual([0, 0]);
});

test("last lines that were cut off are noticed by whoever named them, or knows them", () => {
  const later = linesOf("b", 1, { after: { a: 3 } });

  const cut = evidenceOf({ a: [one, two], b: later });
  const gone = evidenceOf({ b: later });
  const known = evidenceOf({ a: [one, two] }, [["a", 3]]);

  const missing = (number: number) => [{ object: "a", number, fault: "anchor missing" }];
  expect([cut.faults, gone.faults, known.faults]).toEqual([missing(3), missing(1), missing(3)]);
});

test("last lines are loose until another names them", () => {
  const found = evidenceOf({ a: linesOf("a", 3), b: linesOf("b", 2, { after: { a: 2 } }) });
  const named = evidenceOf({ a: linesOf("a", 3), b: linesOf("b", 2, { after: { a: 3 } }) });

  expect([found.loose(), named.loose()]).toEqual([{ a: 3, b: 2 }, { b: 2 }]);
});

test("lines of older houses, which hold no more than time and ends, hold as they are", () => {
  // Written by `anchors.ndjson` under this key.
  const lines = [
    '{"at":"t1","heads":{"x":{"number":1,"hash":"h1"}},"mac":"MYmLh9LOeaO8LTRx6ctfkcOyx7oDO7os3mDrONr0d9c"}',
    '{"at":"t2","heads":{"x":{"number":2,"hash":"h2"}},"mac":"v7k_elgqRENiV7CmwPXxAoVJQ0X3zQwkEWCcSys8xRo"}',
  ];

  const { faults, heads, tips } = evidenceOf({ file: lines });

  expect([faults, heads.get("x"), tips.get("file")]).toEqual([[], head(2), 2]);
  expect(evidenceOf({ file: lines.slice(1) }).faults).toMatchObject([{ fault: "anchor changed" }]);
});

import { endsInQuotes, QuotedFramer } from "./quoted.ts";

const framesOf = (text: string, most?: number) => {
  const framer = new QuotedFramer(",", most);
  return [...framer.push(Buffer.from(text)), ...framer.end()];
};

test.each([
  ["a,b", false],
  ['"a,b"', false],
  ['a,"b', true],
  ['a,"b ""c', true],
  ['a,"b ""c"""', false],
  ['5" screen,b', false],
  ['"a"x,"b', true],
])("%s is left open: %s", (text, open) => {
  expect(endsInQuotes(text, ",")).toBe(open);
});

test("joins the lines of a quoted field under the number of the first", () => {
  expect(framesOf('a,"b\nc\n\nd",e\nf,g\n')).toEqual([
    { line: 1, text: 'a,"b\nc\nd",e' },
    { line: 5, text: "f,g" },
  ]);
});

test("a quote that is never closed is a fault of its row", () => {
  expect(framesOf('a,b\nc,"d\ne,f\n')).toEqual([
    { line: 1, text: "a,b" },
    { line: 2, text: 'c,"d\ne,f', fault: "a quote is opened and not closed" },
  ]);
});

test("a quote that is not closed in time costs no more than a row may have", () => {
  const rows = framesOf(`"a\n${"b,c\n".repeat(30)}`, 40);

  expect(rows[0]?.fault).toBe("a quote is opened and not closed");
  expect(rows.length).toBeGreaterThan(10);
  expect(rows.at(-1)).toEqual({ line: 31, text: "b,c" });
});

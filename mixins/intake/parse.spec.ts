import { headerOf, parseObject, parseTable } from "./parse.ts";

const csv = { kind: "csv", delimiter: ",", quotes: true } as const;
const tsv = { kind: "csv", delimiter: "\t", quotes: false } as const;
const frames = (...texts: string[]) => texts.map((text, index) => ({ line: index + 2, text }));

test("reads a JSON object a row, and says what else it found", () => {
  const rows = frames('{"a":1}', "[1]", "null", "{").map(parseObject);

  expect(rows[0]?.fields).toEqual({ a: 1 });
  expect(rows.slice(1).map(({ fault }) => fault)).toEqual([
    "not a JSON object",
    "not a JSON object",
    expect.stringMatching(/^not JSON: /),
  ]);
});

test("reads a table by the names of its header", () => {
  const header = headerOf(' id ,"the title"', csv);
  const rows = parseTable(
    frames('1,"American President, The"', '2,"say ""hi""\nthere"'),
    header,
    csv,
  );

  expect(rows.map(({ fields }) => fields)).toEqual([
    { id: "1", "the title": "American President, The" },
    { id: "2", "the title": 'say "hi"\nthere' },
  ]);
});

test("without quoting a quote is a letter", () => {
  const rows = parseTable(frames('1\tSeen by "Few"', '2\t"Open'), ["id", "t"], tsv);

  expect(rows.map(({ fields }) => fields?.t)).toEqual(['Seen by "Few"', '"Open']);
});

test("finds the faulty row among good ones", () => {
  const given = [...frames("1,a", '2,"b"c', "3,d", "4"), { line: 6, text: "5", fault: "before" }];

  const rows = parseTable(given, ["id", "t"], csv);

  expect(
    rows.map(({ line, fields, fault }) => fault?.split(":")[0] ?? `${line} ${fields?.t}`),
  ).toEqual(["2 a", "not CSV", "4 d", "1 columns, the header has 2", "before"]);
});

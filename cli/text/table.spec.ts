import { cut, table, width } from "./table.ts";

const plain = (_: unknown, text: string) => text;
const columns = [
  { title: "title", of: (row: string[]) => row[0] ?? "" },
  { title: "note", of: (row: string[]) => row[1] ?? "", spare: true },
  { title: "id", of: (row: string[]) => row[2] ?? "", whole: true },
];
const rows = [["The Lord of the Rings", "long", "0192f3a0-7c1e"]];

test("cuts nothing where there is no terminal", () => {
  expect(table(rows, columns, plain)).toBe(
    "title                  note  id\nThe Lord of the Rings  long  0192f3a0-7c1e",
  );
});

test("shortens what may be shortened, and never the id", () => {
  expect(table(rows, columns, plain, 36)).toContain("The Lord of th…  long  0192f3a0-7c1e");
});

test("leaves out what is spare where there is no room at all", () => {
  expect(table(rows, columns, plain, 24)).toBe("title      id\nThe Lord…  0192f3a0-7c1e");
});

test("counts the columns of wide characters", () => {
  expect(width("七人の侍")).toBe(8);
  expect(cut("七人の侍", 5)).toBe("七人…");
});

test("text from outside stays on its line and moves no cursor", () => {
  const odd = [["a\u001b[2J\nb", "", "1"]];

  expect(table(odd, columns, plain).split("\n")).toHaveLength(2);
  expect(table(odd, columns, plain)).not.toContain("\u001b");
});

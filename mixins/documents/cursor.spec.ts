import { isProblem } from "../../services/shared/problem.ts";
import { listMark, readCursor, writeCursor } from "./cursor.ts";
import { CursorRefused } from "./failures.ts";

const mark = listMark("films", "-year", { kind: "film" });

test.each([
  { value: 1999, id: "a" },
  { value: "матрица", id: "b" },
  { value: undefined, id: "c" },
])("gives back the place that was written: %j", (place) => {
  expect(readCursor(mark, writeCursor(mark, place))).toEqual(place);
});

test.each(["", "x", "e30", "W10", "null", "%%%", "W1siYSJdXQ"])("refuses %j", (cursor) => {
  const read = () => readCursor(mark, cursor);

  expect(read).toThrow(CursorRefused().message);
});

test("refuses the cursor of a list with another sort or other filters", () => {
  const other = writeCursor(listMark("films", "year", { kind: "film" }), { value: 1, id: "a" });

  try {
    readCursor(mark, other);
    throw new Error("accepted");
  } catch (error) {
    expect(isProblem(error, CursorRefused)).toBe(true);
  }
});

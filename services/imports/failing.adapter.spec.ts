import { WriteFailed } from "../../mixins/documents/failures.ts";
import { Unreadable } from "../../mixins/intake/unreadable.ts";
import { storageError } from "../../mixins/objects/errors.ts";
import { failureOf } from "./failing.adapter.ts";

test.each([
  new Error("Error: ENOSPC: no space left on device, write\n    at writeSync"),
  new Error("Error: database or disk is full"),
  WriteFailed({ reason: "EROFS: read-only file system" }),
])("a disk that refuses is said, with what to do: %s", (error) => {
  expect(failureOf(error)).toMatch(
    /^The disk takes no more \([^\n.]+\)\. Free space or mend it, then resume the import\.$/,
  );
});

test("a store of objects says itself what to do", () => {
  const error = storageError("/data/objects", Object.assign(new Error("x"), { code: "ENOSPC" }));

  expect(failureOf(error)).toBe(
    "There is no space left for objects in /data/objects (ENOSPC). Free some, or move DATA_DIR to a larger disk. Then resume the import.",
  );
});

test("what a file did wrong is said as it is", () => {
  expect(failureOf(new Unreadable("films: it is empty. Send a file that has rows."))).toBe(
    "films: it is empty. Send a file that has rows.",
  );
});

test("what would move a terminal's cursor is not said", () => {
  expect(failureOf(new Unreadable('films: it begins with "\u0000\u0000\u001b[2J".'))).toBe(
    'films: it begins with "\ufffd[2J".',
  );
});

test("what nobody thought of points to the log, without its stack", () => {
  expect(failureOf(new TypeError("x is not a function\n    at f"))).toBe(
    "It failed (x is not a function). See the log, then resume it.",
  );
});

import { InvalidKey, ObjectNotFound, storageError } from "./errors.ts";

const system = (code: string) => Object.assign(new Error(`${code}: it failed`), { code });

test.each([
  ["ENOSPC", "STORAGE_FULL", "Free some"],
  ["EDQUOT", "STORAGE_FULL", "Free some"],
  ["EFBIG", "STORAGE_FULL", "Free some"],
  ["EROFS", "STORAGE_READ_ONLY", "the right to write"],
  ["EACCES", "STORAGE_READ_ONLY", "the right to write"],
  ["ENOTDIR", "STORAGE_UNAVAILABLE", "a folder on a working disk"],
])("%s is told as %s, with the folder and what to do", (code, told, todo) => {
  const error = storageError("/srv/data/objects", system(code));

  expect(error.code).toBe(told);
  expect(error.message).toContain("/srv/data/objects");
  expect(error.message).toContain(todo);
});

test("leaves an error of its own as it is", () => {
  const error = new ObjectNotFound("a");

  expect(storageError("/x", error)).toBe(error);
});

test("shortens a hostile key in its message", () => {
  expect(new InvalidKey("x".repeat(1e6), "it is too long").message.length).toBeLessThan(200);
});

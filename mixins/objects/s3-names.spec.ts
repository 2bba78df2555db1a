import { infoOf, keyOf, nameOf, partsOf, sizeOf, sourceOf, workNameOf } from "./s3-names.ts";

test("names have the order of their keys, and none is the folder of another", () => {
  const keys = ["a", "a-b", "a.b", "a/b", "a/b/c", "a/c", "a0", "aa/x", "b"];

  const names = keys.map((key) => nameOf("p/", key));

  expect(names.toSorted()).toEqual(names);
  expect(names.some((name) => names.some((other) => other.startsWith(`${name}/`)))).toBe(false);
  expect(names.map((name) => keyOf("p/", name))).toEqual(keys);
});

test("what is no object has no key", () => {
  expect(keyOf("p/", workNameOf("p/", "1"))).toBeUndefined();
  expect(keyOf("p/", "p/somebody-elses")).toBeUndefined();
  expect(keyOf("p/", "q/film!")).toBeUndefined();
});

test("bytes without a hash beside them are not known yet", () => {
  expect(infoOf("a", 1, { Metadata: { time: "2026-01-01T00:00:00.000Z" } })).toBeUndefined();
  expect(infoOf("a", 1, {})).toBeUndefined();
});

test("the size is that of the whole, also where a part was asked for", () => {
  expect(sizeOf({ ContentRange: "bytes 2-4/10", ContentLength: 3 })).toBe(10);
  expect(sizeOf({ ContentLength: 3 })).toBe(3);
});

test("the parts of a copy cover it, each byte once", () => {
  expect([...partsOf(10, 4)]).toEqual(["bytes=0-3", "bytes=4-7", "bytes=8-9"]);
  expect([...partsOf(8, 4)]).toEqual(["bytes=0-3", "bytes=4-7"]);
});

test("the source of a copy is as a header takes it", () => {
  expect(sourceOf("media", "a/b c!")).toBe("media/a/b%20c!");
});

import { canonical, contentOf } from "./canonical.ts";

test("is the same whatever the order of the fields, deep inside too", () => {
  const one = { b: [1, { y: null, x: "Ё\n" }], a: { d: 1.5, c: true } };
  const other = { a: { c: true, d: 1.5 }, b: [1, { x: "Ё\n", y: null }] };

  expect(canonical(one)).toBe('{"a":{"c":true,"d":1.5},"b":[1,{"x":"Ё\\n","y":null}]}');
  expect(canonical(other)).toBe(canonical(one));
  expect(JSON.parse(canonical(one))).toEqual(one);
});

test("absent and undefined are one", () => {
  expect(canonical({ a: undefined, b: 1 })).toBe('{"b":1}');
});

test("what waits to be sent is no part of the content", () => {
  const doc = { id: "1" };

  expect(contentOf({ ...doc, outbox: [{ channel: "x" }] })).toBe(contentOf(doc));
});

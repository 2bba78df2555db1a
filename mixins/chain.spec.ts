import { canonical, link } from "./chain.ts";

test("the same content is the same text in whatever order", () => {
  expect(canonical({ b: [1, { d: null, c: undefined }], a: "x" })).toBe(
    '{"a":"x","b":[1,{"d":null}]}',
  );
});

test("an entry's hash holds its content and all before it", () => {
  const first = link("", { a: 1 });

  expect(link(first, { a: 2 })).not.toBe(link(first, { a: 3 }));
  expect(link(first, { a: 2 })).not.toBe(link(link("", { a: 9 }), { a: 2 }));
});

import { type Anchor, anchor, anchored, canonical, link } from "./chain.ts";

const key = "a key";

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

describe("anchors", () => {
  const one = anchor("", "t1", { x: { number: 1, hash: "h1" } }, key);
  const two = anchor(
    one.mac,
    "t2",
    { x: { number: 2, hash: "h2" }, y: { number: 1, hash: "g" } },
    key,
  );

  test("say the latest end of each chain", () => {
    const { heads, fault } = anchored([one, two], key);

    expect(fault).toBeUndefined();
    expect(heads.get("x")).toEqual({ number: 2, hash: "h2" });
    expect(heads.get("y")).toEqual({ number: 1, hash: "g" });
  });

  test.each<[string, Anchor[], number]>([
    ["changed", [one, { ...two, heads: {} }], 1],
    ["taken out", [two], 0],
    ["of another key", [anchor("", "t1", {}, "other")], 0],
  ])("a line that was %s does not hold", (_, lines, fault) => {
    expect(anchored(lines, key).fault).toBe(fault);
  });
});

import { readJson } from "./json.ts";

const read = (text: string) => readJson(Buffer.from(text));
const place = (text: string) => {
  try {
    read(text);
  } catch (error) {
    const { line, column } = Reflect.get(error as object, "data");
    return `${line}:${column}`;
  }
  return "none";
};

describe("a JSON body", () => {
  it("is read, whatever value it is", () => {
    expect(read(' {"a":[1,{"b":null}],"c":"\\u0041\\n"} ')).toEqual({
      a: [1, { b: null }],
      c: "A\n",
    });
    expect(read("1e3")).toBe(1000);
  });

  it.each([
    ["", "1:1"],
    ["nonsense", "1:1"],
    ["[", "1:2"],
    ["[1 2]", "1:4"],
    ["[1,]", "1:4"],
    ["[,1]", "1:2"],
    ['{"a":}', "1:6"],
    ['{"a" 1}', "1:6"],
    ["{a:1}", "1:2"],
    ['{"a":1}}', "1:8"],
    ["[1}", "1:3"],
    ['{"a":01}', "1:7"],
    ['{"a":tru}', "1:6"],
    ['{\n  "a": 1,\n  "b": NaN\n}', "3:8"],
  ])("tells where it breaks: %j", (text, expected) => {
    expect(place(text)).toBe(expected);
  });

  it("tells where it breaks after much that is right", () => {
    const text = `[${'{"name":"value, [with] {brackets}"},'.repeat(500)}x]`;

    expect(place(text)).toBe(`1:${text.length - 1}`);
  });

  it("is refused when it is nested too deep, brackets in strings aside", () => {
    expect(() => read("[".repeat(65) + "]".repeat(65))).toThrow("deeper than 64");
    expect(() => read("[".repeat(100_000))).toThrow("deeper than 64");
    expect(read(`"${"[".repeat(100)}\\"["`)).toHaveLength(102);
  });

  it.each(['{"__proto__":1}', '[{"a":{"__proto__":{}}}]', '{"\\u005f_proto__":1}'])(
    "is refused when it names a prototype: %s",
    (text) => {
      expect(() => read(text)).toThrow("__proto__");
    },
  );

  it("may speak of prototypes in its values", () => {
    expect(read('{"a":"__proto__"}')).toEqual({ a: "__proto__" });
  });

  it("is refused when it is not UTF-8", () => {
    expect(() => readJson(Buffer.from([0x22, 0xc3, 0x28, 0x22]))).toThrow("UTF-8");
  });
});

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

  it("is refused when it is wider or fuller than any body needs, before it is made", () => {
    const keys = (many: number) => `{${Array.from({ length: many }, (_, i) => `"k${i}":0`)}}`;
    const lists = `[${Array(30).fill(`[${Array(900).fill(1)}]`)}]`;

    expect(() => read(keys(1_001))).toThrow("more than 1000 entries");
    expect(() => read(`{"a":{"b":[${Array(1_001).fill(1)}]}}`)).toThrow("more than 1000 entries");
    expect(() => read(`[${Array(500_000).fill(1)}x]`)).toThrow("more than 1000 entries");
    expect(() => read(lists)).toThrow("more than 20000 values");
    expect(Object.keys(read(keys(1_000)) as object)).toHaveLength(1_000);
    expect(read(`["${",".repeat(5_000)}\\"[,"]`)).toHaveLength(1);
  });

  it("is not searched for where it breaks when it is long", () => {
    const long = "x".repeat(70_000);

    expect(() => read(`["${long}",x]`)).toThrow("it is not JSON");
    expect(place(`["${long}"\n1]`)).toBe("2:1");
    expect(place(`${"\n".repeat(100_000)}["a`)).toBe("100001:4");
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

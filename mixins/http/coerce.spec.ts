import { fromQuery, parseQuery, readingOf } from "./coerce.ts";

const reading = readingOf({
  type: "object",
  properties: {
    limit: { type: "integer" },
    price: { type: "number" },
    open: { type: "boolean" },
    title: { type: "string" },
    maybe: { anyOf: [{ type: "integer" }, { type: "null" }] },
    genre: { type: "array", items: { type: "string", enum: ["a", "b"] } },
    decade: { type: "array", items: { type: "integer" } },
    names: { type: "array", items: { type: "string" } },
  },
});
const read = (text: string) => ({ ...fromQuery(reading, parseQuery(text)) });

describe("an address as parameters", () => {
  it("reads numbers, and leaves what is none a word", () => {
    expect(read("limit=5&price=-1.25&maybe=7")).toEqual({ limit: 5, price: -1.25, maybe: 7 });
    for (const word of ["abc", "", " 5", "1e3", "0x10", "Infinity", "5.", "--5", "1".repeat(20)]) {
      expect(read(`limit=${word}`)).toEqual({ limit: word });
    }
  });

  it("reads true and false, and no other word for them", () => {
    expect(read("open=true")).toEqual({ open: true });
    expect(read("open=false")).toEqual({ open: false });
    expect(read("open=1")).toEqual({ open: "1" });
  });

  it("reads lists by repetition and, where no item can hold a comma, by commas", () => {
    expect(read("genre=a,b&genre=a")).toEqual({ genre: ["a", "b", "a"] });
    expect(read("decade=1990,x")).toEqual({ decade: [1990, "x"] });
    expect(read("names=a,b&names=c")).toEqual({ names: ["a,b", "c"] });
  });

  it("keeps a scalar that is repeated and a name that is unknown, for the contract to refuse", () => {
    expect(read("title=a&title=b")).toEqual({ title: ["a", "b"] });
    expect(read("other=1")).toEqual({ other: "1" });
  });

  it("decodes plus, percent and names without a value", () => {
    expect(read("title=a+b%2Bc%26&other")).toEqual({ title: "a b+c&", other: "" });
    expect(read("&&title==&")).toEqual({ title: "=" });
  });

  it("keeps dangerous names as plain names", () => {
    const params = fromQuery(reading, parseQuery("__proto__=x&toString=y"));

    expect(Object.keys(params)).toEqual(["__proto__", "toString"]);
    expect(Object.getPrototypeOf(params)).toBeNull();
  });

  it("refuses bad encoding and more parameters than anybody needs", () => {
    expect(() => parseQuery("a=%")).toThrow('"%" in the query');
    expect(() => parseQuery("%e0=1")).toThrow("not well formed");
    expect(() => parseQuery("a&".repeat(201))).toThrow("more than 200");
  });
});

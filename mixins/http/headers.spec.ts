import { attachment, cors, encodingFor, isRequestId, matchingTag } from "./headers.ts";

describe("compression", () => {
  it.each([
    ["gzip, deflate, br, zstd", "br"],
    ["gzip", "gzip"],
    ["br;q=0.1, gzip", "gzip"],
    ["*", "br"],
    ["*;q=0, gzip", "gzip"],
    ["br;q=0, *", "gzip"],
    ["identity", undefined],
    ["gzip;q=0", undefined],
    ["", undefined],
    ["gzip;q=nonsense", undefined],
  ])("is what the asker reads best: %s", (header, expected) => {
    expect(encodingFor(header)).toBe(expected);
  });
});

describe("a tag that the asker has", () => {
  it("is found in lists, weak or not, plain or compressed", () => {
    expect(matchingTag('"abc"', "abc")).toBe('"abc"');
    expect(matchingTag('"x", W/"abc-br"', "abc")).toBe('"abc-br"');
    expect(matchingTag("*", "abc")).toBe('"abc"');
    expect(matchingTag('"abcd", "xabc", abc', "abc")).toBeUndefined();
  });
});

describe("the name of a file", () => {
  it("is safe for old readers and true for new ones", () => {
    expect(attachment('плохо"\r\n;/x (1)*.ndjson')).toBe(
      `attachment; filename="__________x (1)_.ndjson"; ` +
        `filename*=UTF-8''${encodeURIComponent('плохо"\r\n;/x ')}%281%29%2A.ndjson`,
    );
  });

  it("is cut where it is long, also within a letter of two halves", () => {
    expect(attachment("😀".repeat(500)).length).toBeLessThan(1_700);
    expect(() => attachment(`a${"😀".repeat(200)}`)).not.toThrow();
  });
});

describe("pages of other origins", () => {
  it("get nothing unless their origin is listed", () => {
    const some = cors(["https://a.example"]);

    expect(some.of("https://a.example")).toContain("https://a.example");
    expect(some.of("https://a.example.evil")).toEqual([]);
    expect(some.of("null")).toEqual([]);
    expect(some.of(undefined)).toEqual([]);
    expect(some.vary).toContain("Origin");
    expect(cors([]).of("https://a.example")).toEqual([]);
  });
});

it("a request id is taken over when it is harmless", () => {
  expect(isRequestId("0199-ab_c.d")).toBe(true);
  for (const bad of ["", "a b", "a\r\nb", "ы", "x".repeat(101), ["a"], undefined]) {
    expect(isRequestId(bad)).toBe(false);
  }
});

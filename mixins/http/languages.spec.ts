import { languagesOf, spoken } from "./languages.ts";

describe("the languages of an asker", () => {
  it("come the best first, equal ones in their order, each once", () => {
    expect(languagesOf("en;q=0.5, ru, de;q=0.5, fr;q=0.9, EN;q=0.1")).toEqual([
      "ru",
      "fr",
      "en",
      "de",
    ]);
  });

  it("are written as BCP 47 recommends", () => {
    expect(languagesOf("EN-us, zh-hant-TW, sr-LATN")).toEqual(["en-US", "zh-Hant-TW", "sr-Latn"]);
  });

  it("leave out what is none, what is refused, and everything", () => {
    expect(languagesOf("*, de;q=0, e_n, <b>, ../x, en;q=x, ru;q=2, , ;;")).toEqual([]);
  });

  it("are few, however long the header is, and read fast", () => {
    const tags = Array.from({ length: 676 }, (_, i) => (i + 1000).toString(36).replace(/\d/g, "q"));

    expect(languagesOf(tags.join(",")).length).toBeLessThanOrEqual(10);
    expect(languagesOf("a-".repeat(100_000))).toEqual([]);
  });

  it("decide in which the house speaks, English where it can neither", () => {
    expect(spoken(undefined)).toBe("en");
    expect(spoken("de")).toBe("en");
    expect(spoken("de, ru-RU;q=0.8, en;q=0.7")).toBe("ru");
    expect(spoken("en, ru")).toBe("en");
  });
});

import { searchFaults } from "./environment-search.ts";

test("a server may be named alone, with a user, or with a key", () => {
  const good = [
    {},
    { ELASTIC_URL: "http://127.0.0.1:9200" },
    { ELASTIC_URL: "https://ann:secret@search:9200", ELASTIC_CA: "/etc/ca.pem" },
    { ELASTIC_URL: "https://search:9200", ELASTIC_API_KEY: "aWQ6a2V5" },
  ];

  expect(good.flatMap(searchFaults)).toEqual([]);
});

test("says what does not go together", () => {
  const wrong = [
    { ELASTIC_API_KEY: "aWQ6a2V5" },
    { ELASTIC_URL: "https://ann:secret@search", ELASTIC_API_KEY: "aWQ6a2V5" },
    { ELASTIC_URL: "http://search:9200", ELASTIC_CA: "/etc/ca.pem" },
  ];

  expect(wrong.map((said) => searchFaults(said).join())).toEqual([
    expect.stringContaining("ELASTIC_URL is missing"),
    expect.stringContaining("names a user already"),
    expect.stringContaining("not encrypted"),
  ]);
});

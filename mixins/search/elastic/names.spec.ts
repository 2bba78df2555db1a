import { claimOf, intakeOf, namesOf } from "./names.ts";

const definition = { name: "films", version: 3, fields: [], facets: [], sorts: [] };
const names = namesOf("bijou", definition);

test("the alias that serves carries the house, the index and both versions", () => {
  expect(names.serving).toBe("bijou-films-v3.1");
  expect(names.generation(7)).toBe("bijou-films-v3.1-000007");
  expect(intakeOf(names.generation(7))).toBe("bijou-films-v3.1-000007-in");
  expect(claimOf(names.generation(7), "ab")).toBe("bijou-films-v3.1-000007-by-ab");
});

test("knows its own generations, and no alias, version or house else", () => {
  expect(names.numberOf("bijou-films-v3.1-000007")).toBe(7);
  const others = [
    "bijou-films-v3.1",
    "bijou-films-v3.1-building",
    "bijou-films-v3.1-000007-in",
    "bijou-films-v31.1-000007",
    "bijou-films-v2.1-000007",
    "other-films-v3.1-000007",
  ];
  expect(others.map(names.numberOf)).toEqual(others.map(() => undefined));
});

test("versions of its family are compared as numbers", () => {
  const version = (index: string) => names.versionOf(index) ?? 0;

  expect(version("bijou-films-v10.1-000001")).toBeGreaterThan(version("bijou-films-v9.2-000001"));
  expect(version("bijou-films-v9.2-000001")).toBeGreaterThan(version("bijou-films-v9.1-000001"));
  expect(names.versionOf("bijou-people-v9.1-000001")).toBeUndefined();
});

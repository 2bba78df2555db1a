import { Names, partitionOf, partitions, token } from "./names.ts";

test("makes names that hold nothing but what streams and files allow", () => {
  expect(token("films.changed.v1")).toBe("films_changed_v1");
  expect(token("a_b*>/ ё")).toMatch(/^[A-Za-z0-9_=-]+$/);
});

test("gives different names different tokens", () => {
  const all = ["a.b", "a_b", "a=5Fb", "a-b", "ab", "a b", "ё", "е"];

  expect(new Set(all.map(token)).size).toBe(all.length);
});

test("does not repeat the prefix that channels have already", () => {
  const names = new Names("bijou", "bijou");

  expect(names.stream("bijou.films.changed.v1")).toBe("bijou_films_changed_v1");
  expect(names.subject("bijou.films.changed.v1", 3)).toBe("bijou.channel.films_changed_v1.3");
});

test("never calls a partition of one group as another group", () => {
  const names = new Names("bijou", "");

  expect(names.durable("search", 1)).not.toBe(names.durable("search=p1"));
});

test("keeps a key in its partition, and uses all of them", () => {
  const all = Array.from({ length: 1_000 }, (_, at) => partitionOf(`cart-${at}`, "id"));

  expect(partitionOf("cart-7", "a")).toBe(partitionOf("cart-7", "b"));
  expect(new Set(all).size).toBe(partitions);
});

test("spreads messages without a key by their ids", () => {
  const all = Array.from({ length: 100 }, (_, at) => partitionOf("", `id-${at}`));

  expect(new Set(all).size).toBe(partitions);
});

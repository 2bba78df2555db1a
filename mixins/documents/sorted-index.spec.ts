import { setTimeout } from "node:timers/promises";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import type { Stored } from "./collection.ts";
import type { Row } from "./nedb-internals.ts";
import { SortedIndex } from "./sorted-index.ts";

type Film = Stored & { year: number };
const row = (year: number, id = `${year}`) => ({ year, id, _id: id }) as unknown as Row<Film>;
const index = () => new SortedIndex<Film>("year", (a, b) => Number(a) - Number(b));
const years = (of: SortedIndex<Film>) => of.settled().map(({ year }) => year);

/** Everything that nobody holds is gone then. */
async function collected(): Promise<void> {
  setFlagsFromString("--expose-gc");
  const collect = runInNewContext("gc") as () => void;
  for (let i = 0; i < 3; i++) {
    await setTimeout(5);
    collect();
  }
}

test("gives rows in order, however they came and whenever it is read", () => {
  const films = index();
  films.insert([row(3), row(1)]);
  const first = years(films);
  films.insert([row(2), row(5), row(0)]);
  films.insert(row(4));

  expect(first).toEqual([1, 3]);
  expect(years(films)).toEqual([0, 1, 2, 3, 4, 5]);
});

test("breaks ties by id", () => {
  const films = index();
  films.insert([row(1, "c"), row(1, "a"), row(1, "b")]);

  expect(films.settled().map(({ id }) => id)).toEqual(["a", "b", "c"]);
});

test("forgets what was removed, and keeps what was put back", () => {
  const films = index();
  const [one, two] = [row(1), row(2)];
  films.insert([one, two]);
  films.remove(one);
  expect(years(films)).toEqual([2]);

  films.update(two, row(3));
  films.remove(films.settled()[0] as Row<Film>);
  expect(years(films)).toEqual([]);

  films.insert(one);
  films.remove(one);
  films.insert(one);
  expect(years(films)).toEqual([1]);
});

test("finds where a page goes on, also from a row that is gone", () => {
  const films = index();
  films.insert([row(1), row(3), row(5)]);

  expect([0, 1, 2, 5, 6].map((year) => films.positionOf(row(year)))).toEqual([0, 0, 1, 2, 3]);
});

test("holds no row that was replaced long ago, though nobody reads the order", async () => {
  const films = index();
  const gone: WeakRef<Row<Film>>[] = [];
  const others = Array.from({ length: 100 }, (_, i) => row(i));
  films.insert(others);
  let last = row(5_000);
  films.insert(last);
  for (let i = 0; i < 20_000; i++) {
    const next = row(5_000, "one");
    films.update(last, next);
    if (i % 10 === 0) gone.push(new WeakRef(last));
    last = next;
  }

  await collected();
  const held = gone.filter((ref) => ref.deref() !== undefined).length;

  expect(held).toBeLessThanOrEqual(110);
  expect(years(films)).toEqual([...others.map(({ year }) => year), 5_000]);
});

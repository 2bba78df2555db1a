import { forgetMs, Presence } from "./presence.ts";

const opened = (here: Record<string, number>) => new Presence((room) => here[room] ?? 0);

test("counts a room here and on all nodes that told of it", () => {
  const presence = opened({ a: 2 });
  presence.hear("n1", [["a", 3]], 0);
  presence.hear("n2", [["a", 1]], 0);
  presence.hear("n1", [["a", 4]], 1);

  expect(presence.count("a")).toBe(7);
  expect(presence.count("b")).toBe(0);
});

test("a room that changed many times is told once, and one that did not is not told", () => {
  const presence = opened({ a: 2 });
  for (let i = 0; i < 5; i++) presence.touch("a");
  presence.hear("n1", [["b", 1]], 0);
  presence.take(10);
  presence.hear("n1", [["b", 1]], 1);

  expect(presence.take(10)).toEqual([]);
});

test("no more rooms than asked for are told at a time; the rest comes next", () => {
  const presence = opened({ a: 1, b: 1 });
  for (const room of ["a", "b", "c"]) presence.touch(room);

  const told = [presence.take(2), presence.take(2)].map((rooms) => rooms.map(({ room }) => room));

  expect(told).toEqual([["a", "b"], ["c"]]);
});

test("a node that says nothing any more is not counted", () => {
  const presence = opened({});
  presence.hear("gone", [["a", 3]], 0);
  presence.hear("there", [["a", 1]], 100);
  presence.take(10);

  presence.forget(forgetMs);

  expect(presence.take(10)).toEqual([{ room: "a", here: 0, count: 1 }]);
});

import { Grown } from "./grown.ts";

const head = (number: number) => ({ number, hash: `h${number}` });

test("a chain ends where it is furthest, in whatever order that is told", () => {
  const grown = new Grown();

  grown.add("x", head(3));
  grown.add("x", head(2));

  expect(grown.inParts(10)).toEqual([[["x", head(3)]]]);
});

test("what is anchored is let go of, but not what grew further meanwhile", () => {
  const grown = new Grown();
  for (const chain of ["x", "y"]) grown.add(chain, head(1));
  const written = grown.inParts(10).flat();
  grown.add("y", head(2));

  grown.letGo(written);

  expect(grown.inParts(10)).toEqual([[["y", head(2)]]]);
});

test("comes in parts of a size, and in none where there is nothing", () => {
  const grown = new Grown();
  expect(grown.inParts(2)).toEqual([]);

  for (const chain of ["x", "y", "z"]) grown.add(chain, head(1));

  expect(grown.inParts(2).map((part) => part.length)).toEqual([2, 1]);
});

import { link } from "./chain.ts";
import { Inspection, type Linked, sealOf } from "./inspection.ts";

/** A chain of so many entries. */
function chainOf(chain: string, length: number): Linked[] {
  const made: Linked[] = [];
  for (let number = 1; number <= length; number++) {
    const personal = { address: `192.0.2.${number}` };
    const seal = sealOf("salt", personal);
    const body = { chain, number, seal };
    const hash = link(made.at(-1)?.hash ?? "", body);
    made.push({ chain, number, body, hash, seal, salt: "salt", personal });
  }
  return made;
}
const inspect = (entries: Linked[], heads: Linked[] = []) => {
  const inspection = new Inspection(new Map(heads.map((head) => [head.chain, head])));
  for (const entry of entries) inspection.take(entry);
  inspection.end();
  return inspection;
};
const [one, two] = [chainOf("one", 3), chainOf("two", 2)];

test("chains that nobody touched hold", () => {
  const found = inspect([...one, ...two], [...one.slice(-1), ...two.slice(0, 1)]);

  expect(found).toMatchObject({ faults: [], entries: 5, chains: 2, erased: 0 });
});

test("an entry taken out of the middle is missing", () => {
  expect(inspect(one.toSpliced(1, 1)).faults).toEqual([
    { chain: "one", number: 2, fault: "missing" },
  ]);
});

test("an end cut off is missing by its anchor, and so is a chain altogether", () => {
  expect(inspect(one.slice(0, 2), one.slice(-1)).faults).toEqual([
    { chain: "one", number: 3, fault: "missing" },
  ]);
  expect(inspect(one, two.slice(-1)).faults).toEqual([
    { chain: "two", number: 1, fault: "missing" },
  ]);
});

test("a changed entry, and a chain written anew, are noticed", () => {
  const changed = one.map((entry, i) => (i === 1 ? { ...entry, body: { forged: true } } : entry));
  const anew = chainOf("one", 3).map((entry) => ({ ...entry, body: { ...entry.body, x: 1 } }));
  let before = "";
  for (const entry of anew) before = entry.hash = link(before, entry.body);

  expect(inspect(changed).faults[0]).toEqual({ chain: "one", number: 2, fault: "changed" });
  expect(inspect(anew).faults).toEqual([]);
  expect(inspect(anew, one.slice(-1)).faults).toEqual([
    { chain: "one", number: 3, fault: "changed" },
  ]);
});

test("what is personal may be erased, not changed", () => {
  const erased = one.map(({ personal: _, salt: __, ...entry }) => entry);
  const changed = one.map((entry) => ({ ...entry, personal: { address: "198.51.100.1" } }));

  expect(inspect(erased)).toMatchObject({ faults: [], erased: 3 });
  expect(inspect(changed).faults).toHaveLength(3);
});

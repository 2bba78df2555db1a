import { due, type KeyTimes, type Spans, signing, spent } from "./rotation.ts";

const spans: Spans = { rotationMs: 1_000, aheadMs: 100, tokenMs: 50 };
const key = (id: string, activeFrom: number): KeyTimes => ({ id, activeFrom });

test("the first key signs at once", () => {
  expect(due([], 5, spans)).toBe(5);
});

test("a successor is made ahead of its use", () => {
  expect(due([key("a", 0)], 899, spans)).toBeUndefined();
  expect(due([key("a", 0)], 900, spans)).toBe(1_000);
  expect(due([key("a", 0), key("b", 1_000)], 950, spans)).toBeUndefined();
});

test("after a long sleep the successor is still published before it signs", () => {
  expect(due([key("a", 0)], 5_000, spans)).toBe(5_100);
});

test("the latest key whose time has come signs", () => {
  const keys = [key("b", 1_000), key("a", 0)];

  expect(signing(keys, 999)?.id).toBe("a");
  expect(signing(keys, 1_000)?.id).toBe("b");
  expect(signing(keys, -1)?.id).toBe("a"); // a clock that was put back
  expect(signing([], 0)).toBeUndefined();
});

test("a key stays until the tokens that it signed have expired", () => {
  const keys = [key("a", 0), key("b", 1_000)];

  expect(spent(keys, 1_050, spans)).toEqual([]);
  expect(spent(keys, 1_051, spans).map(({ id }) => id)).toEqual(["a"]);
});

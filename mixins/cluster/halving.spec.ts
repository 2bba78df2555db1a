import { fitting, inParts } from "./halving.ts";
import { PacketTooLarge } from "./packets.ts";

const facts = { what: "An answer to", name: "films.many", bytes: 2, most: 1 };
/** So many are answered at a time, and never the one that is too long by itself. */
const asking =
  (most: number, tooLong?: number) =>
  async (some: number[]): Promise<string[]> => {
    if (some.length > most || some.includes(tooLong ?? -1)) throw PacketTooLarge(facts);
    return some.map(String);
  };

test("asks for all at once where that is short enough", async () => {
  expect(await inParts([1, 2, 3], asking(3))).toEqual(["1", "2", "3"]);
});

test("asks for halves until they are short enough, in order", async () => {
  expect(await inParts([1, 2, 3, 4, 5], asking(1))).toEqual(["1", "2", "3", "4", "5"]);
});

test("one that is too long by itself is refused", async () => {
  await expect(inParts([1, 2], asking(9, 2))).rejects.toMatchObject({ type: "PACKET_TOO_LARGE" });
});

test("other failures are not tried again", async () => {
  const failing = async () => Promise.reject(new Error("ill"));

  await expect(inParts([1, 2], failing)).rejects.toThrow("ill");
});

test("as many are answered as fit, and one at least", () => {
  const small = { text: "a" };
  const large = { text: "ж".repeat(150_000) };

  expect(fitting([])).toBe(0);
  expect(fitting([small, large, small])).toBe(3);
  expect(fitting([small, large, large])).toBe(2);
  expect(fitting([{ text: "a".repeat(600_000) }, small])).toBe(1);
});

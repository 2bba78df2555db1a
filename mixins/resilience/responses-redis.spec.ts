import { read, written } from "./responses-redis.ts";

const entry = {
  body: Buffer.from([0x7b, 0x0a, 0x00, 0xff]),
  ...{ tag: 'W/"x"', language: "ru", madeOf: ["films"] },
  ...{ at: 1, freshUntil: 2, usableUntil: 3 },
};

test("an answer is read as it was written, whatever its bytes", () => {
  expect(read(written(entry, "m1,m2"))).toEqual({ entry, mark: "m1,m2" });
});

test.each(["", "no line", "not json\nbody"])("%j is no answer", (text) => {
  expect(read(Buffer.from(text))).toBeUndefined();
});

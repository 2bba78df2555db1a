import { decode, encode, isOutdated } from "./phc.ts";

const cost = { memoryKib: 19_456, passes: 2, parallelism: 1 };
const hashed = { ...cost, salt: Buffer.alloc(16, 1), hash: Buffer.alloc(32, 2) };

test("a hash is written as the PHC format says, and read back", () => {
  const text = encode(hashed);

  expect(text).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$[^=$]{22}\$[^=$]{43}$/);
  expect(decode(text)).toEqual(hashed);
});

test("is outdated when any part of the cost differs", () => {
  const text = encode(hashed);

  expect(isOutdated(text, cost)).toBe(false);
  expect(isOutdated(text, { ...cost, memoryKib: 32_768 })).toBe(true);
  expect(isOutdated(text, { ...cost, passes: 3 })).toBe(true);
  expect(isOutdated(text, { ...cost, parallelism: 2 })).toBe(true);
});

test.each(["", "secret", "$argon2i$v=19$m=8,t=1,p=1$AAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAA"])(
  "refuses %j, which is no hash of ours",
  (text) => {
    expect(() => decode(text)).toThrow("not a hash");
  },
);

import { sealing } from "./sealing.ts";

const { seal, open } = sealing("a secret of the house", "test");

test("opens what it sealed, and never seals alike twice", () => {
  const [one, two] = [seal("text, текст"), seal("text, текст")];

  expect(open(one)).toBe("text, текст");
  expect(one).not.toBe(two);
});

test("opens nothing of another purpose, another key, or changed", () => {
  const sealed = seal("text");
  const changed = Buffer.from(sealed, "base64url");
  changed[20] = (changed[20] ?? 0) ^ 1;

  expect(sealing("a secret of the house", "other").open(sealed)).toBeUndefined();
  expect(sealing("another secret", "test").open(sealed)).toBeUndefined();
  expect(open(changed.toString("base64url"))).toBeUndefined();
  expect(open("")).toBeUndefined();
  expect(open("no seal at all ...")).toBeUndefined();
});

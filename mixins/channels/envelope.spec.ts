import { readEnvelope } from "./envelope.ts";

const read = (payload: unknown) => readEnvelope("films.published.v1", payload, 1000);

test("reads id, key and notBefore, and keeps the whole message as JSON", () => {
  const message = { id: "m1", key: "film-1", notBefore: "2026-01-01T00:00:00.000Z", data: [1] };

  const envelope = read(message);

  expect(envelope).toMatchObject({ id: "m1", key: "film-1", notBefore: 1767225600000 });
  expect(JSON.parse(envelope.body)).toEqual(message);
});

test("takes a message without key and time as one without order that may go at once", () => {
  expect(read({ id: "m1" })).toMatchObject({ key: "", notBefore: 0 });
});

test.each([
  ["nothing", undefined, "is not an envelope"],
  ["text", "hello", "is not an envelope"],
  ["no id", { key: "k" }, "has no 'id'"],
  ["an empty id", { id: "" }, "has no 'id'"],
  ["a number as id", { id: 7 }, "has no 'id'"],
  ["a number as key", { id: "m", key: 7 }, "has a 'key' that is not a string"],
  ["no time", { id: "m", notBefore: "tomorrow" }, "has a 'notBefore' that is not a time"],
  ["a bigint", { id: "m", data: 1n }, "cannot be written as JSON"],
])("refuses %s and says why, naming the channel", (_, payload, why) => {
  expect(() => read(payload)).toThrow(`A message for the channel 'films.published.v1' ${why}`);
});

test("refuses what is too large, counted in bytes, and says where it belongs", () => {
  expect(() => read({ id: "m", data: "ё".repeat(500) })).toThrow(/objects' store/);
});

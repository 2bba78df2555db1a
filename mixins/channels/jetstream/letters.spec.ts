import { placeOfLetter, readLetter, writeLetter } from "./letters.ts";

const burial = {
  channel: "films.changed.v1",
  group: "search",
  headers: { $requestID: "r1" },
  error: { name: "Error", message: "Нет" },
  attempts: 4,
  firstAt: 0,
  lastAt: 1_000,
};

test("keeps the message as it was sent", () => {
  const body = '{"id":"a","data":{"title":"Ёлки","n":1.50}}';

  const letter = readLetter(7, writeLetter({ ...burial, body }));

  expect(letter).toEqual({
    ...burial,
    id: "7",
    message: { id: "a", data: { title: "Ёлки", n: 1.5 } },
    firstAt: "1970-01-01T00:00:00.000Z",
    lastAt: "1970-01-01T00:00:01.000Z",
  });
});

test("keeps what is no JSON as text", () => {
  expect(readLetter(1, writeLetter({ ...burial, body: "{oops" })).message).toBe("{oops");
});

test.each([
  ["12", 12],
  ["0", 0],
  ["x", 0],
  ["1e9", 0],
  [undefined, 0],
])("reads the id %j as the place %d", (id, place) => {
  expect(placeOfLetter(id)).toBe(place);
});

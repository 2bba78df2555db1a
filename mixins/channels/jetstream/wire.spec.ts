import { heading, noteOf, placeOf, plain, readNote } from "./wire.ts";

test("reads where a delivery comes from, in both forms", () => {
  const short = placeOf("$JS.ACK.films.search.3.1042.17.1700000000000000000.5");
  const long = placeOf("$JS.ACK.hub.HASH.films.search.3.1042.17.1700000000000000000.5.rnd");

  expect(short).toEqual({ seq: 1042, deliveries: 3, nth: 17, time: "1700000000000000000" });
  expect(long).toEqual(short);
});

test.each(["", "_INBOX.a.b", "$JS.ACK.films.search.x.y.1.2.3"])("knows %j as none", (reply) => {
  expect(placeOf(reply)).toBeUndefined();
});

test("carries a sender's headers in ASCII and gives them back", () => {
  const given = { $requestID: "r1", $caller: "кино\r\n🎄" };
  const note = noteOf(given);

  expect(note).toMatch(/^[ -~]+$/);
  expect(readNote(heading({ "Bijou-Headers": note }))).toEqual(given);
});

test("writes no note where there are no headers", () => {
  expect(noteOf(undefined)).toBeUndefined();
  expect(noteOf({})).toBeUndefined();
  expect(readNote(undefined)).toEqual({});
});

test("makes any id fit a header, and different ones differently", () => {
  const all = ["a/b", "a b", "a%20b", "a\r\nb: c", "ё"].map(plain);

  expect(all[0]).toBe("a/b");
  expect(new Set(all).size).toBe(5);
  for (const one of all) expect(one).toMatch(/^[!-~]+$/);
});

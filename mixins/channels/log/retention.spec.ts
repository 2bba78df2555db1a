import { expired, type Kept } from "./retention.ts";

const day = 86_400_000;
const now = 100 * day;
const rule = { days: 7, messages: 5, unread: 8, deadLetterDays: 1 };

const kept = (...ages: (number | [number])[]): Kept[] =>
  ages.map((age, at) => ({
    seq: at + 1,
    time: now - (Array.isArray(age) ? age[0] : age) * day,
    wanted: Array.isArray(age),
  }));

test("drops what is older than the days", () => {
  expect(expired(kept(9, 8, 6, 1), 4, rule, now)).toEqual({ done: [1, 2], unread: [], last: true });
});

test("drops the oldest of a channel that holds too many", () => {
  expect(expired(kept(3, 2, 2, 1, 1, 1, 1), 7, rule, now).done).toEqual([1, 2]);
});

test("keeps what a group has still to do, however old, and looks behind it", () => {
  const found = expired(kept([30], [20], 9), 3, rule, now);

  expect(found).toEqual({ done: [3], unread: [], last: false });
});

test("drops even the unread beyond the hard limit, oldest first", () => {
  expect(expired(kept([30], [20], [10]), 10, rule, now).unread).toEqual([1, 2]);
});

test("stops at the end of the log", () => {
  expect(expired([], 0, rule, now).last).toBe(true);
});

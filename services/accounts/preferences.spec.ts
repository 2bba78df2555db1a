import { isAdult, isQuiet, isTimeZone, Preferences, presets } from "./preferences.contract.ts";

const night = { from: "22:00", to: "08:00" };
const quiet = (
  timeZone: string,
  instant: string,
  quietHours: { from: string; to: string } | null = night,
) => isQuiet({ quietHours, timeZone }, new Date(instant));

test("nobody is quiet who has not asked for it", () => {
  expect(quiet("UTC", "2026-01-01T03:00:00Z", null)).toBe(false);
});

test.each([
  ["21:59:59", false],
  ["22:00:00", true],
  ["23:59:59", true],
  ["00:00:00", true],
  ["07:59:59", true],
  ["08:00:00", false],
  ["12:00:00", false],
])("a night over midnight, at %s: %s", (time, expected) => {
  expect(quiet("UTC", `2026-01-10T${time}Z`)).toBe(expected);
});

test.each([
  ["12:59:59", false],
  ["13:00:00", true],
  ["14:59:59", true],
  ["15:00:00", false],
])("an afternoon, at %s: %s", (time, expected) => {
  expect(quiet("UTC", `2026-01-10T${time}Z`, { from: "13:00", to: "15:00" })).toBe(expected);
});

test("goes by the clock on the person's wall, winter and summer", () => {
  expect(quiet("Europe/Berlin", "2026-01-15T07:30:00Z")).toBe(false);
  expect(quiet("Europe/Berlin", "2026-07-15T05:59:00Z")).toBe(true);
  expect(quiet("Europe/Berlin", "2026-07-15T06:00:00Z")).toBe(false);
  expect(quiet("Europe/Berlin", "2026-07-15T20:00:00Z")).toBe(true);
  expect(quiet("Asia/Kathmandu", "2026-07-15T02:14:00Z")).toBe(true);
  expect(quiet("Asia/Kathmandu", "2026-07-15T02:15:00Z")).toBe(false);
});

describe("where daylight saving changes the clock", () => {
  const small = { from: "02:00", to: "03:00" };

  test("an hour that is left out is never quiet", () => {
    expect(quiet("Europe/Berlin", "2026-03-29T00:59:59Z", small)).toBe(false);
    expect(quiet("Europe/Berlin", "2026-03-29T01:00:00Z", small)).toBe(false);
    expect(quiet("Europe/Berlin", "2026-03-29T01:59:59Z", small)).toBe(false);
  });

  test("an hour that comes twice is quiet twice", () => {
    expect(quiet("Europe/Berlin", "2026-10-24T23:59:59Z", small)).toBe(false);
    expect(quiet("Europe/Berlin", "2026-10-25T00:30:00Z", small)).toBe(true);
    expect(quiet("Europe/Berlin", "2026-10-25T01:30:00Z", small)).toBe(true);
    expect(quiet("Europe/Berlin", "2026-10-25T02:00:00Z", small)).toBe(false);
  });

  test("a night over the change ends by the new clock", () => {
    expect(quiet("America/New_York", "2026-03-08T11:59:00Z")).toBe(true);
    expect(quiet("America/New_York", "2026-03-08T12:00:00Z")).toBe(false);
    expect(quiet("Australia/Lord_Howe", "2026-10-03T21:29:00Z")).toBe(false);
    expect(quiet("Australia/Lord_Howe", "2026-10-03T20:59:00Z")).toBe(true);
  });
});

test.each([
  ["Europe/Moscow", true],
  ["America/Argentina/Buenos_Aires", true],
  ["UTC", true],
  ["Europe/Nowhere", false],
  ["+03:00", false],
  ["", false],
  ["../etc/passwd", false],
])("%j is a time zone: %s", (name, expected) => {
  expect(isTimeZone(name)).toBe(expected);
});

test("refuses preferences that mean nothing", () => {
  const wrong = [
    { timeZone: "Mars/Olympus" },
    { quietHours: { from: "22:00", to: "22:00" } },
    { quietHours: { from: "24:00", to: "08:00" } },
    { ways: ["pigeon"] },
    { language: "xx" },
    { other: true },
  ];

  for (const fields of wrong) {
    expect(Preferences.safeParse({ ...presets, ...fields }).success).toBe(false);
  }
  expect(Preferences.safeParse(presets).success).toBe(true);
});

test.each([
  ["2008-11-21", "2026-11-20", false],
  ["2008-11-21", "2026-11-21", true],
  ["2008-02-29", "2026-02-28", false],
  ["2008-02-29", "2026-03-01", true],
  ["0990-01-01", "2026-01-01", true],
])("who is born on %s is an adult on %s: %s", (birthday, today, expected) => {
  expect(isAdult(birthday, today)).toBe(expected);
});

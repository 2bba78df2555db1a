import { edited, joinedBy, newAccount, newGuest, prolonged, shown, timed } from "./profile.ts";

const today = "2026-11-21";
const account = newAccount("a");
const guest = (until = "2026-12-21T00:00:00.000Z") => newGuest("g", { hash: "h", until });

test("an account that has said nothing has the presets", () => {
  expect(shown(account)).toEqual({
    id: "a",
    kind: "account",
    displayName: null,
    avatar: null,
    birthday: null,
    preferences: {
      language: "en",
      timeZone: "UTC",
      ways: ["email", "inbox"],
      quietHours: null,
      adultContent: false,
    },
    contacts: [],
    deletion: null,
  });
});

test("a change touches what it names; null takes away", () => {
  const named = edited(account, { displayName: "Ann", avatar: "https://a.example/x" }, today);
  const without = named && edited(named, { avatar: null, preferences: { language: "ru" } }, today);

  expect(without && shown(without)).toMatchObject({
    displayName: "Ann",
    avatar: null,
    preferences: { language: "ru", timeZone: "UTC" },
  });
});

describe("adult content", () => {
  const asked = { preferences: { adultContent: true } };

  test("is refused without a birthday, and to the young", () => {
    expect(edited(account, asked, today)).toBeUndefined();
    expect(edited(account, { ...asked, birthday: "2010-01-01" }, today)).toBeUndefined();
  });

  test("is given to who is of age, and goes with the birthday", () => {
    const of = edited(account, { ...asked, birthday: "2000-01-01" }, today);
    const younger = of && edited(of, { birthday: "2015-01-01" }, today);
    const unknown = of && edited(of, { birthday: null }, today);

    expect(of?.preferences.adultContent).toBe(true);
    expect(younger?.preferences.adultContent).toBe(false);
    expect(unknown?.preferences.adultContent).toBe(false);
  });
});

describe("a guest", () => {
  test("is spoken to in the first language that we know", () => {
    const spoken = (languages: string[]) =>
      newGuest("g", { hash: "h", until: "" }, languages).preferences.language;

    expect(spoken(["de", "ru-RU", "en"])).toBe("ru");
    expect(spoken(["de"])).toBeUndefined();
  });

  test("gives an account what the account does not say itself", () => {
    const own = { ...account, preferences: { language: "en" as const } };
    const before = {
      ...guest(),
      displayName: "Someone",
      preferences: { language: "ru" as const, timeZone: "Europe/Moscow" },
    };

    const joined = joinedBy(own, before);

    expect(joined.preferences).toEqual({ language: "en", timeZone: "Europe/Moscow" });
    expect(joined.displayName).toBe("Someone");
    expect(joinedBy(joined, before)).toEqual(joined);
  });

  test("does not give an account what asks for an age", () => {
    const before = { ...guest(), preferences: { adultContent: true } };

    expect(joinedBy(account, before).preferences.adultContent).not.toBe(true);
  });

  test("lives on while it comes, written down every other day only", () => {
    const here = guest("2026-12-21T00:00:00.000Z");

    expect(prolonged(here, "2026-12-22T00:00:00.000Z")).toBe(here);
    expect(prolonged(here, "2026-12-23T00:00:00.000Z").guest?.until).toBe(
      "2026-12-23T00:00:00.000Z",
    );
  });
});

test("is looked at again when the first of its times has come", () => {
  const until = "2026-11-28T00:00:00.000Z";
  const ready = { id: "e", status: "ready" as const, requestedAt: "2026", until, silent: [] };
  const due = "2026-12-21T00:00:00.000Z";

  expect(timed(account).wakeAt).toMatch(/^9999/);
  expect(timed(guest()).wakeAt).toBe("2026-12-21T00:00:00.000Z");
  expect(timed({ ...account, deletion: { requestedAt: "", due } }).wakeAt).toBe(due);
  expect(timed({ ...account, deletion: { requestedAt: "", due }, exports: [ready] }).wakeAt).toBe(
    until,
  );
});

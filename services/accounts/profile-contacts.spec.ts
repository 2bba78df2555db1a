import { newAccount } from "./profile.ts";
import { challenged, registeredAs, tried, withEmail } from "./profile-contacts.ts";
import { ContactsFull } from "./users.contract.ts";

const now = Date.parse("2026-11-21T12:00:00.000Z");
const iso = (ms: number) => new Date(ms).toISOString();
const account = registeredAs(newAccount("a"), "c1", { email: "a@b.example", language: "ru" });
const asked = challenged(account, { id: "c2", address: "x@y.example" }, "12345678", now);
const second = (user: typeof account) => user.contacts.find(({ id }) => id === "c2");

test("a new account has its e-mail, unverified, and its language", () => {
  expect(account.preferences.language).toBe("ru");
  expect(account.contacts).toEqual([
    { id: "c1", address: "a@b.example", verified: false, primary: true },
  ]);
});

test("registered a second time it keeps the e-mail that it has since", () => {
  const changed = withEmail(account, "c9", "new@b.example", true);

  expect(registeredAs(changed, "c9", { email: "a@b.example", language: "en" })).toBe(changed);
});

test("a verified e-mail is in the place of the one before, and not twice", () => {
  const verified = withEmail(asked, "c9", "x@y.example", true);

  expect(verified.contacts).toEqual([
    { id: "c1", address: "x@y.example", verified: true, primary: true },
  ]);
});

describe("an address with a code", () => {
  test("is verified by the right one, of which a hash only is kept", () => {
    expect(JSON.stringify(asked)).not.toContain("12345678");
    expect(second(tried(asked, "c2", "12345678", iso(now + 1)))).toEqual({
      id: "c2",
      address: "x@y.example",
      verified: true,
      primary: false,
    });
  });

  test("is not verified by another one, too late, or after five tries", () => {
    let worn = asked;
    for (let i = 0; i < 5; i++) worn = tried(worn, "c2", "00000000", iso(now));

    expect(second(tried(asked, "c2", "87654321", iso(now)))?.verified).toBe(false);
    expect(second(tried(asked, "c2", "12345678", iso(now + 31 * 60_000)))?.verified).toBe(false);
    expect(second(tried(worn, "c2", "12345678", iso(now)))?.verified).toBe(false);
  });

  test("gets another one after a minute, which alone is right", () => {
    const soon = challenged(asked, { id: "c3", address: "x@y.example" }, "2", now + 59_000);
    const later = challenged(asked, { id: "c3", address: "x@y.example" }, "2", now + 61_000);

    expect(soon).toBe(asked);
    expect(later.contacts).toHaveLength(2);
    expect(second(tried(later, "c2", "12345678", iso(now + 62_000)))?.verified).toBe(false);
    expect(second(tried(later, "c2", "2", iso(now + 62_000)))?.verified).toBe(true);
  });
});

test("ten addresses are enough, but one that is there may be asked for again", () => {
  let many = account;
  for (let i = 0; i < 9; i++) {
    many = challenged(many, { id: `d${i}`, address: `d${i}@y.example` }, "1", now);
  }

  const ask = (address: string) => () => challenged(many, { id: "e", address }, "2", now + 61_000);
  expect(ask("more@y.example")).toThrow(ContactsFull().message);
  expect(ask("d1@y.example")).not.toThrow();
});

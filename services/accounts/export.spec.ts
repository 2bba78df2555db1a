import {
  answeredBy,
  deletionOf,
  erasedOf,
  exporting,
  fileOf,
  heldOf,
  isOver,
  leaving,
  staying,
} from "./export.ts";
import { newAccount, newGuest, timed } from "./profile.ts";

const now = "2026-11-21T00:00:00.000Z";
const until = "2026-11-28T00:00:00.000Z";
const due = "2026-12-21T00:00:00.000Z";
const account = newAccount("a");
const leaver = leaving(account, now, due);

describe("exports", () => {
  const done = (user: typeof account, object: string) => ({
    ...user,
    exports: user.exports.map((e) => ({ ...e, status: "ready" as const, object })),
  });

  test("run one at a time", () => {
    const one = exporting(account, "e1", now, until);

    expect(exporting(one, "e2", now, until)).toBe(one);
  });

  test("are kept for the last three", () => {
    let user = account;
    for (const id of ["e1", "e2", "e3", "e4"]) user = done(exporting(user, id, now, until), "o");

    expect(user.exports.filter((e) => e.until > now).map(({ id }) => id)).toEqual([
      "e2",
      "e3",
      "e4",
    ]);
  });

  test("have a file when they are ready, until they expire", () => {
    const one = exporting(account, "e1", now, until);

    expect(() => fileOf(one, "e1", now)).toThrow("The export is running");
    expect(fileOf(done(one, "o"), "e1", now)).toMatchObject({ object: "o" });
    expect(() => fileOf(done(one, "o"), "e1", until)).toThrow("There is no such export");
    expect(() => fileOf(done(one, "o"), "e2", now)).toThrow("There is no such export");
  });
});

describe("deletion", () => {
  test("is asked for once, and may be taken back", () => {
    expect(leaving(leaver, "2027", "2028")).toBe(leaver);
    expect(staying(leaver)).toEqual(account);
    expect(staying(account)).toBe(account);
  });

  test("comes when the grace is over; for a guest, when it came no more", () => {
    const guest = newGuest("g", { hash: "h", until });

    expect(isOver(leaver, "2026-12-20T23:59:59.999Z")).toBe(false);
    expect(isOver(leaver, due)).toBe(true);
    expect(isOver(account, due)).toBe(false);
    expect(isOver(guest, until)).toBe(true);
    expect(isOver({ ...guest, guest: { hash: "h", until, account: "a" } }, until)).toBe(false);
  });

  test("leaves an opaque id and who was asked", () => {
    const full = { ...leaver, displayName: "Ann Canary", exports: [] };

    const left = timed(erasedOf(full, due, ["mail", "users"], "2027"));

    expect(JSON.stringify(left)).not.toContain("Canary");
    expect(heldOf({ ...left, createdAt: now })).toBeNull();
    expect(left.wakeAt).toMatch(/^9999/);
  });

  test("of a guest does not leave even that for ever", () => {
    const guest = newGuest("g", { hash: "h", until });

    expect(timed(erasedOf(guest, until, [], "2027")).wakeAt).toBe("2027");
  });

  test("is done when all who were asked have answered, each once", () => {
    const left = erasedOf(leaver, due, ["mail", "users"], "");
    const mail = { actor: "mail", time: due, removed: 2 };

    const answered = answeredBy(left, mail);

    expect(deletionOf(account)).toBeUndefined();
    expect(deletionOf(leaver)).toMatchObject({ state: "requested", due });
    expect(deletionOf(left)).toMatchObject({ state: "erasing", waiting: ["mail"] });
    expect(deletionOf(answered)).toMatchObject({ state: "erased", waiting: [] });
    expect(answeredBy(answered, { ...mail, removed: 0 })).toBe(answered);
  });
});

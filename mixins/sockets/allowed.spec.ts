import { z } from "zod";
import { type ActionOptions, action, event } from "../../services/shared/contract.ts";
import { allowedAt, places, readRoom, roomOf } from "./allowed.ts";

const made = (name: string, options: Partial<ActionOptions>) =>
  action(name, z.strictObject({}), z.null(), { summary: "A test.", ...options });
const get = made("things.get", { opens: { public: "guest", admin: "viewer" }, socket: true });
const change = made("things.change", { opens: { admin: "operator" }, socket: true });
const quiet = made("things.quiet", { opens: { public: "guest" } });
const closed = made("things.closed", { socket: true });
const seen = { ...event("things.seen", z.string()), hears: { admin: "operator" } as const };
const inner = event("things.inner", z.string());

test("a door's sockets ask and hear what contracts state for that door", () => {
  const of = (door: "public" | "admin" | "seller") => {
    const { asked, heard, guests } = allowedAt(door, [get, change, quiet, closed], [seen, inner]);
    return [[...asked.keys()], [...heard.keys()], guests];
  };

  expect(of("public")).toEqual([["things.get"], [], true]);
  expect(of("admin")).toEqual([["things.get", "things.change"], ["things.seen"], false]);
  expect(of("seller")).toEqual([[], [], false]);
});

test.each<[string, Partial<ActionOptions>]>([
  ["bytes", { upload: { maxBytes: 1 } }],
  ["bytes", { download: true }],
  ["bytes", { rawBody: { headers: [] } }],
  ["step-up", { stepUp: true }],
  ["secrets", { secret: true }],
  ["Idempotency-Key", { claims: true }],
])("what wants %s is never asked over sockets", (reason, options) => {
  const wrong = made("things.wrong", { opens: { admin: "admin" }, socket: true, ...options });

  expect(() => allowedAt("admin", [wrong], [])).toThrow(reason);
});

test("a room is a kind and an id, and cannot be mistaken for another place", () => {
  expect(readRoom("film:0192-ab")).toEqual({ kind: "film", id: "0192-ab" });
  for (const wrong of [
    "film",
    "film:",
    ":x",
    "user|1",
    "film:a|b",
    "Film:1",
    7,
    null,
    {},
    "a:b:c",
  ]) {
    expect(readRoom(wrong)).toBeUndefined();
  }
  expect(roomOf(places.room("film:1"))).toBe("film:1");
  expect(roomOf(places.user("film:1"))).toBeUndefined();
});

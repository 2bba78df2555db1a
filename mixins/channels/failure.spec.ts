import { describeFailure, isPermanent } from "./failure.ts";

test("keeps the name, type, message and stack of an error", () => {
  const error = Object.assign(new RangeError("no such reel"), { type: "REEL_MISSING" });

  const note = describeFailure(error);

  expect(note).toMatchObject({ name: "RangeError", type: "REEL_MISSING", message: "no such reel" });
  expect(note.stack).toContain("failure.spec");
});

test("describes what is not an error", () => {
  expect(describeFailure("nope")).toEqual({ name: "thrown string", message: "nope" });
  expect(describeFailure(undefined)).toEqual({ name: "thrown undefined", message: "undefined" });
  expect(describeFailure(null).message).toBe("null");
  expect(describeFailure(Symbol("s")).message).toBe("Symbol(s)");
  expect(describeFailure({ reel: 7 }).message).toBe('{"reel":7}');
});

test("describes things that resist being described", () => {
  const circular: Record<string, unknown> = {};
  circular.self = circular;
  const trap = Object.defineProperty({}, "name", {
    get: () => {
      throw new Error("trap");
    },
  });

  expect(describeFailure(circular).message).toBe("It cannot be described.");
  expect(describeFailure(trap).message).toBe("It cannot be described.");
});

test("shortens what is too long to be kept", () => {
  expect(describeFailure(new Error("x".repeat(1e6))).message).toHaveLength(2_000);
});

test("knows a permanent failure by its mark alone", () => {
  expect(isPermanent(Object.assign(new Error("no"), { permanent: true }))).toBe(true);
  expect(isPermanent(Object.assign(new Error("no"), { permanent: "yes" }))).toBe(false);
  expect(isPermanent(undefined)).toBe(false);
});

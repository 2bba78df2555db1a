import { z } from "zod";
import { check, ParamsInvalid, type Problem } from "./problem.ts";

const refusalOf = (schema: z.ZodType, value: unknown): Problem => {
  try {
    check("things.make", schema, value, ParamsInvalid);
  } catch (error) {
    return error as Problem;
  }
  throw new Error("It was not refused.");
};

describe("what is told of a value that is wrong", () => {
  it("names what is wrong", () => {
    const { message, data } = refusalOf(z.strictObject({ a: z.int() }), { a: "x" });

    expect(data.errors).toEqual([
      { path: "a", message: expect.stringContaining("expected number") },
    ]);
    expect(message).toContain("things.make: a: ");
  });

  it("is short, however many and long the strangers are", () => {
    const strangers = Object.fromEntries(Array.from({ length: 1_000 }, (_, i) => [`k${i}`, 0]));
    const wrong = Object.fromEntries(
      Array.from({ length: 100 }, (_, i) => [`${i}${"x".repeat(1_000)}`, "x"]),
    );

    const many = refusalOf(z.strictObject({}), strangers);
    const long = refusalOf(z.record(z.string(), z.int()), wrong);

    expect(JSON.stringify(many.data).length).toBeLessThan(1_000);
    expect(long.data.errors).toHaveLength(20);
    expect(JSON.stringify(long.data).length).toBeLessThan(30_000);
    expect(many.message.length).toBeLessThan(500);
  });
});

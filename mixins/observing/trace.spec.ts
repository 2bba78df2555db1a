import { traceId, traceOf } from "./trace.ts";

const given = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-00";

describe("a trace", () => {
  it("goes on under its id and flags, as another span", () => {
    const next = traceOf(given, "r1");

    expect(traceId(next)).toBe("4bf92f3577b34da6a3ce929d0e0e4736");
    expect(next).toMatch(/^00-[0-9a-f]{32}-[0-9a-f]{16}-00$/);
    expect(next).not.toBe(given);
  });

  it.each([undefined, "", "00-zz", given.toUpperCase(), given.replace(/4bf\w+36/, "0".repeat(32))])(
    "begins anew where none was told: %s",
    (bad) => {
      const id = "0199a3c2-5f7e-4c86-9b1a-2f6f3d1c8e55";

      expect(traceId(traceOf(bad, id))).toBe(id.replaceAll("-", ""));
      expect(traceOf(bad, "other")).toMatch(/^00-[0-9a-f]{32}-[0-9a-f]{16}-01$/);
    },
  );
});

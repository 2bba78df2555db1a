import { codeAt, newTotp, periodOf } from "./totp.ts";

// The secret of RFC 6238, appendix B, in base32; its codes have eight digits, ours are their last six.
const secret = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ";

test.each([
  [59, "287082"],
  [1_111_111_109, "081804"],
  [20_000_000_000, "353130"],
])("at %d seconds the code is that of the RFC", (seconds, code) => {
  expect(codeAt(secret, seconds * 1_000)).toBe(code);
  expect(periodOf(secret, code, seconds * 1_000)).toBe(Math.floor(seconds / 30));
});

test("a code is good one period before and after, and says which it is of", () => {
  const code = codeAt(secret, 300_000);

  expect(periodOf(secret, code, 270_000)).toBe(10);
  expect(periodOf(secret, code, 359_999)).toBe(10);
  expect(periodOf(secret, code, 360_000)).toBeUndefined();
  expect(periodOf(secret, "000000", 300_000)).toBeUndefined();
});

test("a new secret says whose it is", () => {
  const { secret: made, uri } = newTotp("jane@example.org");

  expect(made).toMatch(/^[A-Z2-7]{32}$/);
  expect(uri).toContain(`secret=${made}`);
  expect(uri).toContain("Bijou:jane%40example.org");
});

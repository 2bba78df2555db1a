import { common } from "./common.ts";
import { faultOf } from "./policy.ts";

test("the list of common passwords is modest", () => {
  expect(common.size).toBeGreaterThan(500);
  expect(common.size).toBeLessThanOrEqual(2_000);
});

test.each([
  ["nine char", "short"],
  ["a".repeat(257), "long"],
  ["password123", "common"],
  ["P@ssw0rd123", "common"],
  ["QWERTYUIOP", "common"],
  ["1234567890", "common"],
  ["aaaaaaaaaaaa", "common"],
  ["abababababab", "common"],
  ["abcdefghijklmnop", "common"],
  ["йцукенгшщзхъ", "common"],
  ["jane.doe@example.org", "email"],
  ["jane.doe12", "email"],
  ["JaneDoe2024!", "email"],
])("%j is refused as %s", (password, fault) => {
  expect(faultOf(password, "Jane.Doe@example.org")).toBe(fault);
});

test.each([
  "velvet curtain 1927",
  "correct-horse-9",
  "ночной сеанс в среду",
  "🎬🎬🎬 three clapperboards",
  "jane.doe sees films on a rainy tuesday",
])("%j is taken, without rules of composition", (password) => {
  expect(faultOf(password, "jane.doe@example.org")).toBeUndefined();
});

test("the length is counted in characters of the compatible form", () => {
  expect(faultOf("ﬁﬁﬁﬁﬁ no")).toBeUndefined(); // ligatures: thirteen letters in seven
  expect(faultOf("🎬🍿🎥🎞️")).toBe("short");
});

import { isOutage } from "../../resilience/failure.ts";
import { asProblem, isAway, isRolledBack, takenIn } from "./failures.ts";

const ofServer = (code: string, more: object = {}) =>
  Object.assign(new Error(`said ${code}`), { code, severity: "ERROR", ...more });
const ofDriver = (message: string, code?: string) =>
  Object.assign(new Error(message), code === undefined ? {} : { code });

test.each([
  ofDriver("connect ECONNREFUSED", "ECONNREFUSED"),
  ofDriver("read ECONNRESET", "ECONNRESET"),
  ofDriver("Connection terminated unexpectedly"),
  ofDriver("Query read timeout"),
  ofDriver("timeout exceeded when trying to connect"),
  ofServer("57P01"),
  ofServer("57P03"),
  ofServer("57014"),
  ofServer("53300"),
  ofServer("08006"),
])("takes %s as an outage", (error) => {
  expect(isAway(error)).toBe(true);
  expect(isOutage(asProblem(error, "books"))).toBe(true);
});

test.each([
  ofServer("23505"),
  ofServer("42601"),
  ofServer("28P01"),
  new Error("a bug"),
  ofDriver("certificate", "ERR_TLS_CERT_ALTNAME_INVALID"),
])("takes %s for what it is", (error) => {
  expect(isAway(error)).toBe(false);
});

test.each(["53100", "53200", "25006", "58030"])("takes %s as a write that failed", (code) => {
  expect(asProblem(ofServer(code), "books")).toMatchObject({
    type: "STORAGE_FAILED",
    data: { reason: `said ${code}` },
  });
});

test.each(["22P05", "22P02"])("takes %s as a text that cannot be kept", (code) => {
  expect(asProblem(ofServer(code), "books")).toMatchObject({ type: "TEXT_REFUSED", code: 422 });
});

test.each([
  ['Key (field, value)=(ids, "a, (b)") already exists.', "ids", "a, (b)"],
  ['Ключ "(field, value)=(codes.hash, 7)" уже существует.', "codes.hash", "7"],
  ["Key (id)=(01a) already exists.", "id", "01a"],
])("reads which value was taken in: %s", (detail, field, value) => {
  const error = ofServer("23505", { detail });

  expect(takenIn(error)).toEqual({ field, value });
  expect(asProblem(error, "books")).toMatchObject({
    type: "DOCUMENT_DUPLICATE",
    data: { collection: "books", field, value },
  });
});

test("tells a deadlock, which may be tried again, from a refusal", () => {
  expect([ofServer("40P01"), ofServer("40001"), ofServer("23505")].map(isRolledBack)).toEqual([
    true,
    true,
    false,
  ]);
});

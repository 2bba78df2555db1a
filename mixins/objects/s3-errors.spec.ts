import { ObjectStoreError, ObjectTooLarge } from "./errors.ts";
import { isOutage, s3Error } from "./s3-errors.ts";

const at = { endpoint: "http://s3.example", bucket: "media" };
const failed = (name: string, status?: number) =>
  Object.assign(new Error("refused"), { name, $metadata: { httpStatusCode: status } });

test.each([
  ["NoSuchKey", 404, "OBJECT_NOT_FOUND", "'film'"],
  ["NotFound", 404, "OBJECT_NOT_FOUND", "'film'"],
  ["NoSuchBucket", 404, "STORAGE_UNAVAILABLE", "Make it, or correct S3_BUCKET"],
  ["SignatureDoesNotMatch", 403, "STORAGE_READ_ONLY", "Correct S3_ACCESS_KEY"],
  ["AccessDenied", 403, "STORAGE_READ_ONLY", "give them the right"],
  ["XMinioStorageFull", 507, "STORAGE_FULL", "Free some there"],
  ["SlowDown", 503, "STORAGE_UNAVAILABLE", "http://s3.example"],
  ["ECONNREFUSED", undefined, "STORAGE_UNAVAILABLE", "S3_ENDPOINT is right"],
])("%s (%s) is %s and says what to do", (name, status, code, text) => {
  const error = s3Error(at, failed(name, status), "film");

  expect(error).toMatchObject({ code });
  expect(error.message).toContain(text);
});

test("only a server that did not answer is away", () => {
  expect(isOutage(s3Error(at, failed("TimeoutError")))).toBe(true);
  expect(isOutage(s3Error(at, failed("AccessDenied", 403)))).toBe(false);
  expect(isOutage(new Error("another"))).toBe(false);
});

test("leaves an error of the port as it is", () => {
  const error = new ObjectTooLarge("film", 1);

  expect(s3Error(at, error)).toBe(error);
  expect(error).toBeInstanceOf(ObjectStoreError);
});

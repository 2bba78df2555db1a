/** W3C Trace Context (https://www.w3.org/TR/trace-context/): traces go on through the house. */
import { randomBytes } from "node:crypto";

const form = /^00-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}$/;
const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

/**
 * The `traceparent` of what happens here: of the trace that the asker told, else of a new one, which
 * has the number of the request where that is a UUID.
 */
export function traceOf(given: unknown, requestId: string): string {
  if (typeof given === "string" && form.test(given)) {
    return `${given.slice(0, 36)}${randomBytes(8).toString("hex")}${given.slice(52)}`;
  }
  const trace = uuid.test(requestId)
    ? requestId.replaceAll("-", "")
    : randomBytes(16).toString("hex");
  return `00-${trace}-${trace.slice(16)}-01`;
}

/** The id of the trace in a `traceparent`. */
export const traceId = (traceparent: string): string => traceparent.slice(3, 35);

import { randomUUIDv7 } from "node:crypto";
import { v5 } from "uuid";

/**
 * A new id: UUIDv7 (RFC 9562, 5.7), so that ids made in a later millisecond sort later. Its time is
 * the machine's: it orders, it does not tell the time.
 */
export const newId = (): string => randomUUIDv7();

/**
 * An id derived from a name (UUIDv5, RFC 9562, 5.5): the same name gives the same id on every
 * machine and in every run.
 *
 * @param namespace a UUID that says what kind of thing is named
 */
export const idFromName = (namespace: string, name: string): string => v5(name, namespace);

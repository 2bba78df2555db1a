import { v5, v7 } from "uuid";

/** A new id: UUIDv7 (RFC 9562, 5.7), so that ids made later in a process sort later. */
export const newId = (): string => v7();

/**
 * An id derived from a name (UUIDv5, RFC 9562, 5.5): the same name gives the same id on every
 * machine and in every run.
 *
 * @param namespace a UUID that says what kind of thing is named
 */
export const idFromName = (namespace: string, name: string): string => v5(name, namespace);

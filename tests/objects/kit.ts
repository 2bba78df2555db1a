/** What the objects tests share. */
import { Readable } from "node:stream";
import { buffer } from "node:stream/consumers";
import type { ByteRange, ObjectStore } from "../../mixins/objects/port.ts";

/** Gives the store of the running test. */
export type TheStore = () => ObjectStore;

export const text = (it: string): Readable => Readable.from([Buffer.from(it)]);

export const read = async (store: ObjectStore, key: string, range?: ByteRange) =>
  await buffer((await store.get(key, range)).stream);

/** What `get` says beside the bytes. */
export const look = async (store: ObjectStore, key: string, range?: ByteRange) => {
  const { stream, ...rest } = await store.get(key, range);
  stream.destroy();
  return rest;
};

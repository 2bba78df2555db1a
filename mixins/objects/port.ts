/**
 * Bytes by key: uploads, reports, media. Services hand keys to each other, never paths or streams
 * through the broker. Contract tests for every driver: tests/objects/contract.ts.
 */
import type { Readable } from "node:stream";

export interface ObjectInfo {
  readonly key: string;
  /** In bytes. */
  readonly size: number;
  /** Of the content, in hexadecimal. */
  readonly sha256: string;
  readonly contentType: string;
  /** When it was stored, ISO 8601, UTC. */
  readonly time: string;
}

export interface PutOptions {
  /** `application/octet-stream` if it is not said. */
  readonly contentType?: string;
  /** More than this is refused with ObjectTooLarge and leaves nothing. */
  readonly maxBytes?: number;
}

/** The first and the last byte, both included, counted from 0, as in HTTP. */
export interface ByteRange {
  readonly start?: number;
  readonly end?: number;
}

export interface Found {
  readonly info: ObjectInfo;
  /** What the stream gives: the last byte is cut to the size; for no bytes `end` is `start - 1`. */
  readonly start: number;
  readonly end: number;
  /** To be read to its end or destroyed: it holds a file or a connection open. */
  readonly stream: Readable;
}

/** What somebody may do who has an address, and for how long. */
export type Access =
  | {
      readonly method: "GET";
      readonly seconds: number;
      /** It is offered as a file of this name. */
      readonly name?: string;
    }
  | {
      readonly method: "PUT";
      readonly seconds: number;
      /** Exactly so many bytes, of this type. */
      readonly size: number;
      readonly contentType: string;
    };

export interface Address {
  readonly url: string;
  /** What is to be sent along, beside the length. */
  readonly headers: Readonly<Record<string, string>>;
}

export interface ObjectStore {
  /**
   * Stores the bytes, whole or not at all, in place of what the key had before. If the body fails
   * its error is passed on and nothing is left. A Readable that was not read to its end is not
   * destroyed: it belongs to the caller, who may still have an answer to send.
   *
   * @throws InvalidKey, ObjectTooLarge, ObjectStoreError
   */
  put(key: string, body: AsyncIterable<Uint8Array>, options?: PutOptions): Promise<ObjectInfo>;
  /** @throws InvalidKey, ObjectNotFound, InvalidRange, ObjectStoreError */
  get(key: string, range?: ByteRange): Promise<Found>;
  /** @throws InvalidKey, ObjectNotFound, ObjectStoreError */
  head(key: string): Promise<ObjectInfo>;
  /**
   * @returns whether there was such an object
   * @throws InvalidKey, ObjectStoreError
   */
  remove(key: string): Promise<boolean>;
  /**
   * Objects whose keys begin with the prefix ("" for all), in the order of their keys' bytes.
   *
   * @param page `after`: the last key seen; `limit`: at most 1000, and 100 if it is not said
   * @throws InvalidKey, ObjectStoreError
   */
  list(prefix: string, page?: { after?: string; limit?: number }): Promise<ObjectInfo[]>;
  /**
   * An address under which whoever has it may get or put the bytes for a while, asking nobody.
   * What was changed about it, or is used for anything else, is refused.
   *
   * @param access `seconds`: a week at most
   * @throws InvalidKey
   */
  urlFor(key: string, access: Access): Promise<Address>;
}

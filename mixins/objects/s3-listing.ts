/** The objects of a bucket in the order of their keys. Its lists do not say all: each is looked up. */
import { ListObjectsV2Command } from "@aws-sdk/client-s3";
import { splitPrefix } from "./key.ts";
import type { ObjectInfo } from "./port.ts";
import type { S3Line } from "./s3-line.ts";
import { keyOf, nameOf } from "./s3-names.ts";
import { type S3Reading, unlessMissing } from "./s3-reading.ts";

const looksAtOnce = 16;

export class S3Listing {
  readonly #line: S3Line;
  readonly #reading: S3Reading;
  readonly #prefix: string;

  constructor(line: S3Line, reading: S3Reading, prefix: string) {
    this.#line = line;
    this.#reading = reading;
    this.#prefix = prefix;
  }

  async list(prefix: string, { after = "", limit = 100 }): Promise<ObjectInfo[]> {
    splitPrefix(prefix);
    const most = Math.min(limit, 1000);
    const found: ObjectInfo[] = [];
    let last = after === "" ? undefined : nameOf(this.#prefix, after);
    while (found.length < most) {
      const { names, more } = await this.#names(prefix, last, most - found.length);
      for (let at = 0; at < names.length; at += looksAtOnce) {
        const looks = names.slice(at, at + looksAtOnce).map((name) => this.#look(name));
        found.push(...(await Promise.all(looks)).flatMap((info) => info ?? []));
      }
      last = names.at(-1);
      if (!more || last === undefined) break;
    }
    return found;
  }

  async #names(prefix: string, StartAfter: string | undefined, MaxKeys: number) {
    const at = { Bucket: this.#line.at.bucket, Prefix: this.#prefix + prefix };
    const list = new ListObjectsV2Command({ ...at, StartAfter, MaxKeys });
    const page = await this.#line.ask((client, options) => client.send(list, options));
    const names = (page.Contents ?? []).flatMap(({ Key }) => Key ?? []);
    return { names, more: page.IsTruncated === true };
  }

  /** Nothing for what is no object, or no more. */
  async #look(name: string): Promise<ObjectInfo | undefined> {
    const key = keyOf(this.#prefix, name);
    return key === undefined ? undefined : this.#reading.head(key).catch(unlessMissing(undefined));
  }
}

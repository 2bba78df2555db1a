/** The file that holds where chains end: apart from the chains, and written by appending alone. */
import { mkdir, open, readFile } from "node:fs/promises";
import { dirname } from "node:path";
import { type Anchor, anchor, anchored, type Head } from "./chain.ts";

export class Anchors {
  readonly #file: string;
  readonly #key: string;
  /** Chains that grew since they were anchored. */
  readonly #grown = new Map<string, Head>();
  #last: Anchor | undefined;
  #writing: Promise<unknown> = Promise.resolve();

  constructor(file: string, key: string) {
    this.#file = file;
    this.#key = key;
  }

  /** When chains were last anchored, ISO. */
  get lastAt(): string | undefined {
    return this.#last?.at;
  }

  /** All lines; one that cannot be read is one that does not hold. */
  async read(): Promise<Anchor[]> {
    const text = await readFile(this.#file, "utf8").catch(ifMissing);
    return text.split("\n").filter(Boolean).map(parsed);
  }

  /** The anchored ends, how many lines there are, and the first that does not hold, from 0. */
  async check() {
    const lines = await this.read();
    return { ...anchored(lines, this.#key), lines: lines.length };
  }

  async open(): Promise<void> {
    await mkdir(dirname(this.#file), { recursive: true, mode: 0o700 });
    this.#last = (await this.read()).at(-1);
  }

  /** A chain ends there from now on. */
  grew(chain: string, head: Head): void {
    this.#grown.set(chain, head);
  }

  /** Writes where the chains that grew end now; on the disk when it resolves. @returns how many */
  write(at: string): Promise<number> {
    const next = this.#writing.then(() => this.#append(at));
    this.#writing = next.catch(() => undefined);
    return next;
  }

  async #append(at: string): Promise<number> {
    const grown = [...this.#grown];
    if (grown.length === 0) return 0;
    const next = anchor(this.#last?.mac ?? "", at, Object.fromEntries(grown), this.#key);
    const handle = await open(this.#file, "a", 0o600);
    try {
      await handle.appendFile(`${JSON.stringify(next)}\n`);
      await handle.sync();
    } finally {
      await handle.close();
    }
    this.#last = next;
    for (const [chain, head] of grown) {
      if (this.#grown.get(chain) === head) this.#grown.delete(chain);
    }
    return grown.length;
  }
}

const ifMissing = (error: NodeJS.ErrnoException): string => {
  if (error.code !== "ENOENT") throw error;
  return "";
};

function parsed(line: string): Anchor {
  try {
    const { at = "", heads = {}, mac = "" } = JSON.parse(line) as Partial<Anchor>;
    return { at, heads, mac };
  } catch {
    return { at: "", heads: {}, mac: "" };
  }
}

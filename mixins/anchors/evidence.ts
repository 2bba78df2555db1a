/** What all lines of anchors say together, and which of them are not as they were. Pure. */
import type { Head } from "../chain.ts";
import { holds, keyMark, type Line, parsed } from "./line.ts";

export interface LineFault {
  /** The key of the object, or of a writer's folder. */
  object: string;
  /** Of the line, among those of its writer. */
  number: number;
  fault: "anchor changed" | "anchor missing" | "anchor of another secret";
}

const mostFaults = 100;

/** Is told the lines: writer by writer, each one's in order; some may come twice. */
export class Evidence {
  /** The furthest end of every chain. */
  readonly heads = new Map<string, Head>();
  readonly faults: LineFault[] = [];
  /** How many lines there are. */
  lines = 0;
  /** When the newest of them was written, ISO. */
  lastAt: string | undefined;
  /** The last line of each writer. */
  readonly tips = new Map<string, number>();
  readonly #key: string;
  readonly #mark: string;
  /** What lines say of others. */
  readonly #named = new Map<string, number>();
  #at = { writer: "", number: 0, mac: "", isSure: true, isForeign: false };

  constructor(key: string) {
    this.#key = key;
    this.#mark = keyMark(key);
  }

  /** @param object the key where it was found; @param text a line, as it was found */
  take(writer: string, object: string, text: string): void {
    if (writer !== this.#at.writer) {
      this.#at = { writer, number: 0, mac: "", isSure: true, isForeign: false };
    }
    const [at, line] = [this.#at, parsed(text)];
    if (line.key !== undefined && line.key !== this.#mark) {
      if (!at.isForeign) this.#fault(object, line.number ?? 1, "anchor of another secret");
      at.isForeign = true;
      return;
    }
    const isOf = line.writer === undefined || line.writer === writer;
    if (isOf && holds(line, at.mac, this.#key)) this.#accept(object, line);
    else {
      this.#fault(object, at.number + 1, "anchor changed");
      Object.assign(at, { number: at.number + 1, mac: line.mac, isSure: false });
    }
    this.tips.set(writer, at.number);
  }

  /** There are no more. @param known lines that there have to be: writers and numbers */
  end(known: Iterable<readonly [string, number]>, folderOf: (writer: string) => string): void {
    for (const [writer, number] of known) this.#name(writer, number);
    for (const [writer, number] of this.#named) {
      const last = this.tips.get(writer) ?? 0;
      if (last < number) this.#fault(folderOf(writer), last + 1, "anchor missing");
    }
  }

  /** The last lines that no line names yet. */
  loose(): Record<string, number> {
    const isLoose = ([writer, number]: [string, number]) => number > (this.#named.get(writer) ?? 0);
    return Object.fromEntries([...this.tips].filter(isLoose));
  }

  #accept(object: string, line: Line): void {
    const at = this.#at;
    const number = line.number ?? at.number + 1;
    if (number > at.number + 1) this.#fault(object, at.number + 1, "anchor missing");
    const follows = line.before === undefined || line.before === at.mac || !at.isSure;
    if (number === at.number + 1 && !follows) this.#fault(object, number, "anchor changed");
    for (const [writer, last] of Object.entries(line.after ?? {})) this.#name(writer, last);
    for (const [chain, head] of Object.entries(line.heads)) {
      // Of two that differ the first: whoever wrote a chain anew did so later.
      if (head.number > (this.heads.get(chain)?.number ?? 0)) this.heads.set(chain, head);
    }
    if (line.at > (this.lastAt ?? "")) this.lastAt = line.at;
    if (number <= at.number) return;
    this.lines++;
    Object.assign(at, { number, mac: line.mac, isSure: true });
  }

  #name(writer: string, number: number): void {
    this.#named.set(writer, Math.max(number, this.#named.get(writer) ?? 0));
  }

  #fault(object: string, number: number, fault: LineFault["fault"]): void {
    if (this.faults.length < mostFaults) this.faults.push({ object, number, fault });
  }
}

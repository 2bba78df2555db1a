/** Questions to the log's thread that wait for the end of the turn. */
import type { Methods } from "./protocol.ts";

/** About how large a question is when it goes over. */
export interface Size {
  readonly bytes: number;
}

export interface Question {
  readonly method: keyof Methods;
  /** Asked for when the question goes over. */
  args(): readonly unknown[];
  readonly size: Size;
  resolve(value: unknown): void;
  reject(error: Error): void;
}

/** Most that is copied to the other side in one turn. */
const maxQuestions = 500;
const maxBytes = 4 * 1024 * 1024;

export class Questions {
  #waiting: Question[] = [];

  get some(): boolean {
    return this.#waiting.length > 0;
  }

  add(question: Question): void {
    this.#waiting.push(question);
  }

  /** Takes as many as go over in one turn, one at least. */
  take(): Question[] {
    let bytes = 0;
    const end = this.#waiting.findIndex(({ size }, at) => {
      bytes += size.bytes;
      return at === maxQuestions || (at > 0 && bytes > maxBytes);
    });
    return this.#waiting.splice(0, end === -1 ? this.#waiting.length : end);
  }
}

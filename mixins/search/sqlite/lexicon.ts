/** What the index file knows of words. Counts are read from the file, likenesses are in memory. */
import type { DatabaseSync, StatementSync } from "node:sqlite";
import type { Known, Lexicon } from "../alternatives.ts";
import { LikeIndex } from "../typos.ts";
import { phrase } from "./finder.ts";

/** Enough for any word worth correcting; it bounds the reads for a short and common form. */
const mostCandidates = 300;
/** Words are taken in by so many at a time, which bounds the memory that it takes. */
const mostLearned = 2000;

export class FileLexicon implements Lexicon {
  readonly #like = new LikeIndex();
  readonly #one: StatementSync;
  readonly #first: StatementSync;
  readonly #anywhere: StatementSync;
  readonly #byId: StatementSync;
  readonly #newer: StatementSync;
  #known = 0;

  constructor(db: DatabaseSync) {
    this.#one = db.prepare("SELECT count FROM word WHERE word = ?");
    this.#first = db.prepare(
      "SELECT 1 FROM word WHERE word >= ?1 AND word < ?1 || char(0x10FFFF) AND count > 0 LIMIT 1",
    );
    this.#anywhere = db.prepare("SELECT count(*) AS count FROM fts WHERE fts MATCH ?");
    this.#byId = db.prepare("SELECT word, count FROM word WHERE id = ? AND count > 0");
    this.#newer = db.prepare(
      `SELECT id, word FROM word WHERE id > ? ORDER BY id LIMIT ${mostLearned}`,
    );
    this.learn();
  }

  /** Takes in the words that came since the last time. */
  learn(): void {
    for (;;) {
      const rows = this.#newer.all(this.#known);
      const words = rows.map((row) => ({ id: Number(row.id), word: String(row.word) }));
      this.#like.add(words);
      this.#known = words.at(-1)?.id ?? this.#known;
      if (words.length < mostLearned) return;
    }
  }

  count(word: string): number {
    return Number(this.#one.get(word)?.count ?? 0);
  }

  anywhere(word: string): number {
    return Number(this.#anywhere.get(phrase(word))?.count ?? 0);
  }

  begins(prefix: string): boolean {
    return this.#first.get(prefix) !== undefined;
  }

  near(word: string, edits: number): Known[] {
    return this.#read(this.#like.near(word, edits));
  }

  alike(word: string): Known[] {
    return this.#read(this.#like.alike(word));
  }

  #read(ids: ReadonlySet<number>): Known[] {
    const result: Known[] = [];
    for (const id of ids) {
      if (result.length >= mostCandidates) break;
      const row = this.#byId.get(id);
      if (row) result.push({ word: String(row.word), count: Number(row.count) });
    }
    return result;
  }
}

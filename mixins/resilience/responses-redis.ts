/**
 * Answers kept for all nodes, in a Redis that may go at any time. With each actor goes a mark that a
 * write changes, and with each answer the marks of the actors that it was made of, read before they
 * were asked: an answer whose marks are no more is not there. Nobody looks for what to delete.
 */
import { hash } from "node:crypto";
import { newId } from "../../services/shared/ids.ts";
import type { Client } from "../redis/client.ts";
import type { Presence } from "../redis/presence.ts";
import type { Elsewhere, Entry, Looked } from "./responses-elsewhere.ts";

export interface RedisResponsesSettings {
  /** Connects when first asked. */
  readonly cache: () => { client: Client; presence: Presence } | undefined;
  /** What tells the keys of this house from those of others. */
  readonly house: string;
  readonly now: () => number;
}

/** So long after their time are answers kept for who is away: others' requests fill this memory too. */
const mostStandInMs = 300_000;
const mostBytes = 262_144;
/** An actor that is not asked for so long has no mark any more, and its answers have gone before. */
const marksMs = 7 * 86_400_000;
const againMs = 1_000;

type Head = Omit<Entry, "body"> & { mark: string };

/** A line of JSON, then the body. */
export const written = ({ body, ...head }: Entry, mark: string): Buffer =>
  Buffer.concat([Buffer.from(`${JSON.stringify({ ...head, mark })}\n`), body]);

/** @returns undefined for what is no such answer */
export function read(bytes: Buffer): { entry: Entry; mark: string } | undefined {
  const end = bytes.indexOf(0x0a);
  if (end < 0) return undefined;
  try {
    const { mark, ...head } = JSON.parse(bytes.subarray(0, end).toString()) as Head;
    return { entry: { ...head, body: bytes.subarray(end + 1) }, mark };
  } catch {
    return undefined;
  }
}

export class RedisResponses implements Elsewhere {
  readonly #settings: RedisResponsesSettings;
  /** Actors that have written, as long as that could not be said there. */
  readonly #unsaid = new Map<string, string>();
  #timer: NodeJS.Timeout | undefined;

  constructor(settings: RedisResponsesSettings) {
    this.#settings = settings;
  }

  async look(key: string, madeOf: readonly string[]): Promise<Looked | undefined> {
    const cache = this.#settings.cache();
    if (!cache || madeOf.some((actor) => this.#unsaid.has(actor))) return undefined;
    return cache.presence.ask(async () => {
      const [bytes, mark] = await Promise.all([
        cache.client.getBuffer(this.#answer(key)),
        Promise.all(madeOf.map((actor) => this.#markOf(cache.client, actor))),
      ]);
      const found = bytes ? read(bytes) : undefined;
      const isTrue = found?.mark === mark.join();
      return { mark: mark.join(), ...(found && isTrue ? { entry: found.entry } : {}) };
    });
  }

  keep(key: string, entry: Entry, mark: string): void {
    const cache = this.#settings.cache();
    if (!cache || entry.body.length > mostBytes) return;
    const until = Math.min(entry.usableUntil, entry.freshUntil + mostStandInMs);
    const ms = Math.ceil(until - this.#settings.now());
    if (ms <= 0) return;
    const bytes = written(entry, mark);
    void cache.presence.ask(() => cache.client.set(this.#answer(key), bytes, "PX", ms));
  }

  clear(actor: string): void {
    this.#unsaid.set(actor, newId());
    this.#say();
  }

  /** Says who has written; until that has arrived, what is there of them is not looked at. */
  #say(): void {
    const cache = this.#settings.cache();
    if (!cache) return;
    for (const [actor, mark] of this.#unsaid) {
      const said = cache.presence.ask(() =>
        cache.client.set(this.#mark(actor), mark, "PX", marksMs),
      );
      void said.then((done) => {
        if (done === undefined) this.#later();
        else if (this.#unsaid.get(actor) === mark) this.#unsaid.delete(actor);
      });
    }
  }

  #later(): void {
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      this.#say();
    }, againMs).unref();
  }

  /** Who has none gets one: a mark that was lost makes what went with it untrue. */
  async #markOf(client: Client, actor: string): Promise<string> {
    const key = this.#mark(actor);
    const mark = await client.get(key);
    if (mark !== null) return mark;
    await client.set(key, newId(), "PX", marksMs, "NX");
    return (await client.get(key)) ?? newId();
  }

  #mark(actor: string): string {
    return `${this.#settings.house}:wrote:${actor}`;
  }

  /** Keys say whose answers they are: nobody reads that here. */
  #answer(key: string): string {
    return `${this.#settings.house}:answer:${hash("sha256", key, "base64url")}`;
  }
}

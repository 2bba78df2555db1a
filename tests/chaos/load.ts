/** A steady load: additions by calls over the transport, films through the doors. */
import { randomUUID } from "node:crypto";
import type { ServiceBroker } from "moleculer";
import { personId } from "../../services/catalog/people.contract.ts";
import { call } from "../../services/shared/wire.ts";
import { add } from "./counting.ts";
import type { Nodes } from "./nodes.ts";

/** After so long a call must have been answered, one way or the other. */
export const timeoutMs = 5_000;

export interface Tried {
  attempted: number;
  acknowledged: number;
  /** How often each way of failing was met. */
  failures: Record<string, number>;
  /** The longest wait for a failure, milliseconds. */
  slowestFailureMs: number;
}
const nothing = (): Tried => ({
  attempted: 0,
  acknowledged: 0,
  failures: {},
  slowestFailureMs: 0,
});

export class Load {
  readonly additions = nothing();
  readonly films = nothing();
  /** Amount by id, of all additions that were tried. */
  readonly amounts = new Map<string, number>();
  /** Counter by id, of those that were acknowledged. */
  readonly added = new Map<string, string>();
  /** Its only actor by film, of those that were acknowledged. */
  readonly made = new Map<string, string>();
  /** The only actor of every film that was asked for, made or not. */
  readonly wanted: string[] = [];
  readonly #broker: ServiceBroker;
  readonly #nodes: Nodes;
  readonly #chance: () => number;
  readonly #under = new Set<Promise<void>>();
  #timers: NodeJS.Timeout[] = [];
  #turn = 0;

  constructor(broker: ServiceBroker, nodes: Nodes, chance: () => number) {
    [this.#broker, this.#nodes, this.#chance] = [broker, nodes, chance];
  }

  /** @param perSecond so many additions, and half as many films */
  start(perSecond: number): void {
    this.#timers = [
      setInterval(() => this.#run(() => this.#add(), this.additions), 1_000 / perSecond),
      setInterval(() => this.#run(() => this.#film(), this.films), 2_000 / perSecond),
    ];
  }

  /** No more; resolves when the last one is answered. */
  async stop(): Promise<void> {
    for (const timer of this.#timers) clearInterval(timer);
    await Promise.all(this.#under);
  }

  #run(work: () => Promise<void>, tried: Tried): void {
    const since = performance.now();
    tried.attempted++;
    const done = work().then(
      () => {
        tried.acknowledged++;
      },
      (error: unknown) => {
        const kind = kindOf(error);
        tried.failures[kind] = (tried.failures[kind] ?? 0) + 1;
        tried.slowestFailureMs = Math.max(tried.slowestFailureMs, performance.now() - since);
      },
    );
    this.#under.add(done);
    void done.finally(() => this.#under.delete(done));
  }

  async #add(): Promise<void> {
    const id = randomUUID();
    const key = `counter-${Math.floor(this.#chance() * 100)}`;
    const amount = 1 + Math.floor(this.#chance() * 9);
    this.amounts.set(id, amount);
    await call(this.#broker, add, { id, key, amount }, { timeout: timeoutMs });
    this.added.set(id, key);
  }

  async #film(): Promise<void> {
    const name = `Person ${randomUUID()}`;
    const key = randomUUID();
    this.wanted.push(personId({ name }));
    try {
      await this.#ask(name, key);
    } catch (error) {
      // Whoever got no answer asks again with the same key, also at once: it must be one film.
      this.#again(() => this.#run(() => this.#ask(name, key), this.films));
      throw error;
    }
  }

  async #ask(name: string, key: string): Promise<void> {
    const answer = await this.#post("/v1/films", key, {
      titles: { en: `Film of ${name}` },
      cast: [{ name }],
    });
    const body = (await answer.json()) as {
      id?: string;
      type?: string;
      cast?: { person: string }[];
    };
    if (answer.status !== 201) throw new Refused(answer.status, body.type ?? "no problem");
    this.made.set(body.id ?? "", body.cast?.[0]?.person ?? "");
  }

  /** As a balancer does: a door that nobody stands behind is passed by. */
  async #post(path: string, key: string, body: object): Promise<Response> {
    const doors = this.#nodes.admin;
    for (let left = doors.length; ; left--) {
      try {
        return await fetch(`${doors[this.#turn++ % doors.length]}${path}`, {
          method: "POST",
          headers: {
            authorization: `Bearer ${this.#nodes.token}`,
            "content-type": "application/json",
            "idempotency-key": key,
          },
          body: JSON.stringify(body),
          signal: AbortSignal.timeout(30_000),
        });
      } catch (error) {
        const { code } = ((error as Error).cause ?? {}) as { code?: string };
        if (code !== "ECONNREFUSED" || left === 1) throw error;
      }
    }
  }

  #again(ask: () => void): void {
    ask();
    const later = setTimeout(ask, 1_000);
    this.#timers.push(later);
  }
}

class Refused extends Error {
  constructor(status: number, type: string) {
    super(`${status} ${type}`);
  }
}

/** A door that was killed has no words; everybody else must have some. */
function kindOf(error: unknown): string {
  const { message, type, code, cause } = error as Record<string, unknown>;
  if (error instanceof Refused) return error.message;
  if (error instanceof Error && error.name === "TimeoutError") return "HANGS";
  const net = (cause as { code?: string } | undefined)?.code;
  if (net || message === "fetch failed" || message === "terminated") return "the door was gone";
  return `${code ?? ""} ${type ?? (error as Error).name}`.trim();
}

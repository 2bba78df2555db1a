/** A steady load: additions by calls over the transport, films through the doors. */
import { randomUUID } from "node:crypto";
import type { ServiceBroker } from "moleculer";
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
  /** Name of its only actor by film, of those that were acknowledged. */
  readonly made = new Map<string, string>();
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
    const doors = this.#nodes.admin;
    const door = doors[this.#turn++ % doors.length];
    const name = `Person ${randomUUID()}`;
    const answer = await fetch(`${door}/v1/films`, {
      method: "POST",
      headers: {
        authorization: `Bearer ${this.#nodes.token}`,
        "content-type": "application/json",
        "idempotency-key": randomUUID(),
      },
      body: JSON.stringify({ titles: { en: `Film of ${name}` }, cast: [{ name }] }),
      signal: AbortSignal.timeout(30_000),
    });
    const body = (await answer.json()) as {
      id?: string;
      type?: string;
      cast?: { person: string }[];
    };
    if (answer.status !== 201) throw new Refused(answer.status, body.type ?? "no problem");
    this.made.set(body.id ?? "", body.cast?.[0]?.person ?? "");
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

/**
 * Doing once what is asked several times under one key: whoever asks while it is being done gets the
 * same answer, and so does whoever asks later, after a restart too. A failure gives the key back; an
 * outcome that nobody knows does not, until its lease is over.
 */
import { setTimeout as wait } from "node:timers/promises";
import { z } from "zod";
import { problem } from "../../services/shared/problem.ts";
import { wasNotDone } from "./failure.ts";

export interface Answer {
  readonly status: number;
  readonly text: string;
}
export type Claimed =
  | { readonly state: "mine" | "running" | "other" | "forgotten" }
  | { readonly state: "done"; readonly answer: Answer };

/** Where keys are remembered. */
export interface Ledger {
  claim(id: string, fingerprint: string): Promise<Claimed>;
  /** Done; without an answer where it is not to be kept. */
  keep(id: string, answer: Answer | undefined): Promise<void>;
  release(id: string): Promise<void>;
}

export const KeyReused = problem("IDEMPOTENCY_KEY_REUSED", 422, {
  en: "This Idempotency-Key was sent with another request. Take a new key for a new request.",
  ru: "Этот Idempotency-Key уже был в другом запросе. Для нового запроса возьмите новый.",
});
export const KeyRunning = problem(
  "IDEMPOTENCY_KEY_RUNNING",
  409,
  {
    en: "The request of this Idempotency-Key is being done. Ask again in {retryAfter} s.",
    ru: "Запрос с этим Idempotency-Key ещё выполняется. Повторите через {retryAfter} с.",
  },
  z.object({ retryAfter: z.int() }),
);
export const AnswerNotKept = problem("IDEMPOTENCY_ANSWER_NOT_KEPT", 409, {
  en: "This was done already, and its answer carried secrets that are not kept. Look at the result.",
  ru: "Это уже сделано; ответ содержал секреты и не сохранён. Проверьте результат.",
});

export interface Asked {
  /** Of whom, what and which key. */
  readonly id: string;
  /** The same for the same request. */
  readonly fingerprint: string;
  /** The answer is given to whoever waits, and not kept. */
  readonly secret: boolean;
  readonly task: () => Promise<Answer>;
}

const retryAfter = 2;
/** Before what is done is tried to be kept again, milliseconds. */
const pausesMs = [50, 500];

export class Once {
  readonly #ledger: Ledger;
  readonly #failed: (error: unknown) => void;
  readonly #running = new Map<string, { fingerprint: string; answer: Promise<Answer> }>();

  /** @param failed hears what the ledger could not do for a request that has had its answer */
  constructor(ledger: Ledger, failed: (error: unknown) => void) {
    this.#ledger = ledger;
    this.#failed = failed;
  }

  /**
   * @returns the answer, and whether it is from before
   * @throws IDEMPOTENCY_KEY_REUSED, IDEMPOTENCY_KEY_RUNNING, IDEMPOTENCY_ANSWER_NOT_KEPT; what the
   *   task and the ledger throw
   */
  async run(asked: Asked): Promise<{ answer: Answer; again: boolean }> {
    const running = this.#running.get(asked.id);
    if (running) {
      if (running.fingerprint !== asked.fingerprint) throw KeyReused();
      return { answer: await running.answer, again: true };
    }
    let again = false;
    const answer = this.#claimed(asked, () => {
      again = true;
    });
    this.#running.set(asked.id, { fingerprint: asked.fingerprint, answer });
    try {
      return { answer: await answer, again };
    } finally {
      this.#running.delete(asked.id);
    }
  }

  async #claimed({ id, fingerprint, secret, task }: Asked, repeated: () => void): Promise<Answer> {
    const claimed = await this.#ledger.claim(id, fingerprint);
    if (claimed.state === "other") throw KeyReused();
    if (claimed.state === "running") throw KeyRunning({ retryAfter });
    if (claimed.state === "forgotten") throw AnswerNotKept();
    if (claimed.state === "done") {
      repeated();
      return claimed.answer;
    }
    const answer = await task().catch(async (error: unknown) => {
      if (wasNotDone(error)) await this.#ledger.release(id).catch(this.#failed);
      throw error;
    });
    await this.#keep(id, secret ? undefined : answer);
    return answer;
  }

  /** It is done, and whoever asked hears so: what is not kept leaves the key taken while it is leased. */
  async #keep(id: string, answer: Answer | undefined): Promise<void> {
    for (const pause of [...pausesMs, undefined]) {
      try {
        return await this.#ledger.keep(id, answer);
      } catch (error) {
        if (pause === undefined) this.#failed(error);
        else await wait(pause);
      }
    }
  }
}

/** The worker's side of a pump. */
import { inspect } from "node:util";
import type { MessagePort } from "node:worker_threads";
import type { ToOwner, ToWorker } from "./letters.ts";
import { Unreadable } from "./unreadable.ts";

/** So many batches may be on their way: one is being taken, one waits. */
const maxInFlight = 2;

export class Outlet<Job, Batch, Question, Answer, News, End> {
  readonly #port: MessagePort;
  readonly #job: Promise<Job>;
  #inFlight = 0;
  #changed: () => void = () => {};
  #answered: (answer: Answer) => void = () => {};

  constructor(port: MessagePort) {
    this.#port = port;
    let begin: (job: Job) => void = () => {};
    this.#job = new Promise((resolve) => {
      begin = resolve;
    });
    port.on("message", (letter: ToWorker<Answer>) => {
      if (letter.type === "job") return begin(letter.job as Job);
      if (letter.type === "answer") return this.#answered(letter.answer);
      this.#inFlight--;
      this.#changed();
    });
  }

  /** Hands a batch over; waits while too many are on their way. */
  async put(batch: Batch): Promise<void> {
    await this.#until(maxInFlight);
    this.#inFlight++;
    this.#post({ type: "batch", batch });
  }

  /** Resolves when everything that was handed over has been taken. */
  drained(): Promise<void> {
    return this.#until(1);
  }

  ask(question: Question): Promise<Answer> {
    this.#post({ type: "ask", question });
    return new Promise((resolve) => {
      this.#answered = resolve;
    });
  }

  tell(news: News): void {
    this.#post({ type: "news", news });
  }

  /** Waits for the job, does it and reports its end or its failure. */
  async run(work: (job: Job) => Promise<End>): Promise<void> {
    const job = await this.#job;
    try {
      this.#post({ type: "end", end: await work(job) });
    } catch (error) {
      const told = error instanceof Unreadable;
      const { message, stack, cause } = error as Error;
      const behind = cause === undefined ? {} : { cause: inspect(cause) };
      this.#post({ type: "fail", message: told ? message : (stack ?? message), told, ...behind });
    } finally {
      this.#port.unref();
    }
  }

  async #until(limit: number): Promise<void> {
    while (this.#inFlight >= limit) {
      await new Promise<void>((resolve) => {
        this.#changed = resolve;
      });
    }
  }

  #post(letter: ToOwner<Batch, Question, News, End>): void {
    this.#port.postMessage(letter);
  }
}

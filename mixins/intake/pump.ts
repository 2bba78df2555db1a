/**
 * Runs a job in a worker thread and takes its batches one at a time, in order. The worker waits
 * when two are on their way, so neither side runs away from the other.
 */
import { Worker } from "node:worker_threads";
import type { ToOwner, ToWorker } from "./letters.ts";
import { Unreadable } from "./unreadable.ts";

export interface PumpOptions<Batch, Question, Answer, News> {
  worker: URL;
  /** What the worker is to do; copied. */
  job: unknown;
  take(batch: Batch): Promise<void>;
  answer(question: Question): Promise<Answer>;
  hear(news: News): void;
}

export interface Pump<End> {
  /**
   * What the job ended with, or nothing when it was stopped. Rejects with Unreadable when the
   * input cannot be read, and with what `take` or the worker threw.
   */
  ended: Promise<End | undefined>;
  /** Ends the worker after the batch that is being taken; that this one fails is of no matter. */
  stop(): Promise<void>;
}

/** A module beside this one, as source (.ts) or compiled (.js), whichever this one is. */
export const beside = (here: string, name: string): URL =>
  new URL(`${name}${here.endsWith(".ts") ? ".ts" : ".js"}`, here);

/** A worker left alone would take twice as much before it cleans up: it makes much and keeps little. */
const resourceLimits = { maxOldGenerationSizeMb: 256, maxYoungGenerationSizeMb: 16 };

/** Workers that have loaded their code and wait for a job, which takes a third of a second. */
const waiting = new Map<string, Worker>();

/** Has a worker ready for the next pump. It does not keep the process alive. */
export function prepare(file: URL): void {
  if (waiting.has(file.href)) return;
  const worker = new Worker(file, { resourceLimits });
  const forget = () => {
    if (waiting.get(file.href) === worker) waiting.delete(file.href);
  };
  worker.once("error", forget).once("exit", forget).unref();
  waiting.set(file.href, worker);
}

/** Ends a worker that waits. */
export async function dismiss(file: URL): Promise<void> {
  await waiting.get(file.href)?.terminate();
}

function hired(file: URL): Worker {
  const ready = waiting.get(file.href);
  waiting.delete(file.href);
  ready?.removeAllListeners().ref();
  return ready ?? new Worker(file, { resourceLimits });
}

export function pump<Batch, Question, Answer, News, End>(
  options: PumpOptions<Batch, Question, Answer, News>,
): Pump<End> {
  const worker = hired(options.worker);
  const reply = (letter: ToWorker<Answer>) => worker.postMessage(letter);
  reply({ type: "job", job: options.job });
  let stopped = false;
  let asked = false;
  let turn: Promise<void> = Promise.resolve();

  const ended = new Promise<End | undefined>((resolve, fail) => {
    const reject = (error: unknown) => {
      // Who asked for a stop has it: the batch in hand is taken again when it goes on.
      if (asked) return resolve(undefined);
      // What is on its way behind a failure is not taken any more.
      stopped = true;
      fail(error);
    };
    const handle = async (letter: ToOwner<Batch, Question, News, End>): Promise<void> => {
      if (stopped) return;
      if (letter.type === "end") return resolve(letter.end);
      if (letter.type === "fail") {
        const { message, told, cause } = letter;
        return reject(told ? new Unreadable(message, { cause }) : new Error(message));
      }
      if (letter.type === "batch") {
        await options.take(letter.batch);
        reply({ type: "taken" });
      }
    };
    worker.on("message", (letter: ToOwner<Batch, Question, News, End>) => {
      if (letter.type === "news") options.hear(letter.news);
      else if (letter.type === "ask") {
        options.answer(letter.question).then((answer) => reply({ type: "answer", answer }), reject);
      } else turn = turn.then(() => handle(letter)).catch(reject);
    });
    worker.on("error", reject);
    worker.on("exit", (code) => {
      void turn.then(() => {
        if (stopped) resolve(undefined);
        else reject(new Error(`The worker ended by itself (exit code ${code}).`));
      });
    });
  });
  const closed = ended.finally(() => worker.terminate());

  return {
    ended: closed,
    async stop() {
      asked = true;
      stopped = true;
      await turn;
      await worker.terminate();
      await closed.catch(() => {});
    },
  };
}

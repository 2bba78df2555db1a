/**
 * The thread that has the log's file, so that nothing that waits for the disk runs on the event
 * loop of the node. Questions are answered when their transaction is committed; the answers of one
 * transaction go back together. Written so that Node runs it as it stands: types that can be erased.
 */
import { setPriority } from "node:os";
import { parentPort, workerData } from "node:worker_threads";
import { logUnavailable } from "../errors.ts";
import type { Answer, Request, StoreSettings } from "./protocol.ts";
import { Store } from "./store.ts";

const settings = workerData as StoreSettings;
// What is read at a door does not wait for what is written behind it. Linux alone has a priority for
// each thread; elsewhere this would be the whole process's.
if (process.platform === "linux") setPriority(10);
let opened: Store | undefined;
let answers: Answer[] = [];

/** Opened by the first question, so that a failure to open is the answer to it. */
const store = (): Store => {
  opened ??= new Store(settings);
  return opened;
};

const ask = async ({ method, args }: Request): Promise<unknown> => {
  if (method === "close") return opened?.close();
  const answering = store()[method] as (...args: readonly unknown[]) => unknown;
  return await answering.apply(store(), args as unknown[]);
};

/** Ticks come after all promises that a transaction has settled. */
const tell = (answer: Answer): void => {
  if (answers.push(answer) === 1) process.nextTick(post);
};

const post = (): void => {
  parentPort?.postMessage(answers);
  answers = [];
};

const serve = async (request: Request): Promise<void> => {
  try {
    tell({ id: request.id, value: await ask(request) });
  } catch (thrown) {
    const { code, message } = logUnavailable(settings.path, thrown);
    tell({ id: request.id, error: { code, message } });
  }
  if (request.method === "close") setImmediate(() => parentPort?.close());
};

parentPort?.on("message", (requests: readonly Request[]) => {
  for (const request of requests) void serve(request);
});

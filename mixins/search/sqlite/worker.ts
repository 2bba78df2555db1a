/**
 * The thread that holds the index: requests come one at a time and are answered in order. It keeps
 * queries, which may take tens of milliseconds, off the event loop of the actor. Written so that
 * Node runs it as it stands: types that can be erased only.
 */
import { parentPort, workerData } from "node:worker_threads";
import type { Removal, SearchDocument, SearchQuery, SuggestQuery } from "../port.ts";
import { Generations } from "./generations.ts";
import { search } from "./page.ts";
import type { Answer, Request, WorkerSettings } from "./protocol.ts";
import { suggest } from "./suggest.ts";

const { folder, definition } = workerData as WorkerSettings;
let opened: Generations | undefined;

/** Opened by the first request, so that a failure to open is the answer to it. */
const index = (): Generations => {
  opened ??= new Generations(folder, definition);
  return opened;
};

const methods: Record<Request["method"], (...args: never[]) => unknown> = {
  put: (documents: SearchDocument[]) => index().put(documents),
  remove: (removals: Removal[]) => index().remove(removals),
  search: (query: SearchQuery) => search(index().serving, definition, query),
  suggest: (query: SuggestQuery) => suggest(index().serving, definition, query),
  stats: () => index().stats(),
  begin: () => index().begin(),
  fill: (number: number, documents: SearchDocument[]) => index().fill(number, documents),
  commit: (number: number) => index().commit(number),
  abandon: (number: number) => index().abandon(number),
  close: () => opened?.close(),
};

function answer({ id, method, args }: Request): Answer {
  try {
    return { id, value: methods[method](...(args as never[])) };
  } catch (thrown) {
    const error = thrown instanceof Error ? thrown : new Error(String(thrown));
    const code = "errcode" in error ? Number(error.errcode) & 0xff : undefined;
    return { id, error: { name: error.name, message: error.message, code } };
  }
}

parentPort?.on("message", (request: Request) => {
  parentPort?.postMessage(answer(request));
  if (request.method === "close") parentPort?.close();
});

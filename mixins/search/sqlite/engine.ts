/** The embedded search engine: SQLite's FTS5 in a worker thread, files in one folder. */
import { SearchUnavailableError } from "../errors.ts";
import type { IndexDefinition, Rebuild, SearchDocument, SearchEngine } from "../port.ts";
import { Thread } from "./thread.ts";

export interface SqliteSearchEngine extends SearchEngine {
  /** Ends the worker at once, as a crash would: what is pending fails, the next request works. */
  halt(): Promise<void>;
}

/**
 * The engine opens its files with the first request.
 *
 * @param settings.folder where the index files lie; made when it is missing. One process at a time.
 */
export function sqliteSearch(settings: {
  readonly folder: string;
  readonly definition: IndexDefinition;
}): SqliteSearchEngine {
  const thread = new Thread(settings);
  return {
    put: (documents) => thread.ask("put", documents),
    remove: (removals) => thread.ask("remove", removals),
    // A batch is one transaction of the only thread: it is seen at once.
    settle: () => Promise.resolve(),
    search: (query) => thread.ask("search", query),
    suggest: (query) => thread.ask("suggest", query),
    stats: () => thread.ask("stats"),
    rebuild: () => openRebuild(thread),
    close: () => thread.close(),
    halt: () => thread.halt(),
  };
}

async function openRebuild(thread: Thread): Promise<Rebuild> {
  const number = await thread.ask<number>("begin");
  const { starts } = thread;
  const ask = (method: "fill" | "commit", ...args: unknown[]): Promise<void> => {
    if (thread.starts === starts) return thread.ask(method, number, ...args);
    const message = "The search broke off and forgot the rebuild: start the rebuild again.";
    return Promise.reject(new SearchUnavailableError(message));
  };
  return {
    put: (documents: readonly SearchDocument[]) => ask("fill", documents),
    commit: () => ask("commit"),
    abandon: () => (thread.starts === starts ? thread.ask("abandon", number) : Promise.resolve()),
  };
}

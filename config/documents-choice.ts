/** Which engine keeps the documents of which context. Pure. */

export const documentEngines = ["embedded", "postgres", "mongo", "redis"] as const;
export type DocumentEngine = (typeof documentEngines)[number];

export interface DocumentsSettings {
  DOCUMENTS?: string | undefined;
  POSTGRES_URL?: string | undefined;
  MONGO_URL?: string | undefined;
  REDIS_STORE_URL?: string | undefined;
}

export interface Choice {
  /** Of the contexts that are not named. */
  standard: DocumentEngine;
  contexts: ReadonlyMap<string, DocumentEngine>;
}

const variable = {
  postgres: "POSTGRES_URL",
  mongo: "MONGO_URL",
  redis: "REDIS_STORE_URL",
} as const;
const isEngine = (word: string): word is DocumentEngine =>
  (documentEngines as readonly string[]).includes(word);

/**
 * By DOCUMENTS (`postgres,accounts=mongo`: the engine of all, then those of single contexts), else by
 * the server that is named, else embedded. Redis keeps only what is given to it by name.
 *
 * @param all the names of the contexts
 * @returns the choice, and what is wrong, a sentence each
 */
export function chooseDocuments(
  settings: DocumentsSettings,
  all: readonly string[],
): { choice: Choice; faults: string[] } {
  const faults: string[] = [];
  const contexts = new Map<string, DocumentEngine>();
  let standard: DocumentEngine | undefined;
  const take = (engine: string, word: string): DocumentEngine | undefined => {
    if (!isEngine(engine)) {
      faults.push(`DOCUMENTS="${word}": expected ${documentEngines.join(", ")}`);
      return undefined;
    }
    if (engine !== "embedded" && !settings[variable[engine]]) {
      faults.push(`DOCUMENTS="${word}": set ${variable[engine]}, where that engine is`);
    }
    return engine;
  };
  for (const word of (settings.DOCUMENTS ?? "").split(",").flatMap((part) => part.trim() || [])) {
    const [context = "", engine, ...more] = word.split("=");
    if (engine === undefined) {
      if (standard) faults.push(`DOCUMENTS="${word}": one engine for all is named already`);
      standard = take(context, word) ?? standard;
    } else if (!all.includes(context) || more.length > 0) {
      faults.push(`DOCUMENTS="${word}": expected context=engine, of ${all.join(", ")}`);
    } else {
      const taken = take(engine, word);
      if (taken) contexts.set(context, taken);
    }
  }
  const named = (["postgres", "mongo"] as const).filter((engine) => settings[variable[engine]]);
  if (!standard && named.length > 1 && faults.length === 0) {
    faults.push(
      "POSTGRES_URL and MONGO_URL are both set: say in DOCUMENTS which keeps the documents " +
        "(DOCUMENTS=postgres, or with a context elsewhere DOCUMENTS=postgres,accounts=mongo)",
    );
  }
  return { choice: { standard: standard ?? named[0] ?? "embedded", contexts }, faults };
}

/** The contexts of actors such as `catalog/films`. */
export const contextsOf = (actors: Iterable<string>): string[] => [
  ...new Set([...actors].map((actor) => actor.split("/", 1)[0] ?? "")),
];

/** The engine of an actor, by the folder in which it stands. */
export function engineOf({ standard, contexts }: Choice, actor: string, actors: Iterable<string>) {
  const path = [...actors].find((one) => one.endsWith(`/${actor}`));
  return contexts.get(path?.split("/", 1)[0] ?? "") ?? standard;
}

/** Which engine keeps the documents of an actor. */
import { join } from "node:path";
import type { Collection, Stored } from "../mixins/documents/collection.ts";
import type { Engine } from "../mixins/documents/engine.ts";
import { MongoEngine } from "../mixins/documents/mongo/engine.ts";
import { NedbEngine } from "../mixins/documents/nedb.ts";
import { PostgresEngine } from "../mixins/documents/postgres/engine.ts";
import { Server } from "../mixins/documents/postgres/server.ts";
import { RedisEngine } from "../mixins/documents/redis/engine.ts";
import { allActors } from "./actors.ts";
import { chooseDocuments, contextsOf, type DocumentEngine, engineOf } from "./documents-choice.ts";
import { keeps } from "./embedded.ts";
import { env } from "./env.ts";
import { storeRedis } from "./redis.ts";

const { DOCUMENTS_SLOW_MS: slowMs, MONGO_URL, POSTGRES_URL, POSTGRES_CONNECTIONS } = env.documents;
const actors = [...allActors().keys()];
const { choice } = chooseDocuments(env.documents, contextsOf(actors));

/** The schema, or the database, of the houses that share a server. */
const house = env.house.NAMESPACE || "bijou";

const postgres =
  POSTGRES_URL && new Server({ url: POSTGRES_URL, connections: POSTGRES_CONNECTIONS, slowMs });

/** Which engine keeps the documents of an actor, by its context. */
export const engineFor = (actor: string): DocumentEngine => engineOf(choice, actor, actors);

/** Says too what this node keeps for itself alone. */
export function openEngine<D extends Stored>(
  of: Collection<D>,
  actor: string,
  warn: (text: string) => void,
): Engine<D> {
  if (engineFor(actor) === "embedded") keeps("documents", of.name);
  return makeEngine(of, actor, warn);
}

/** Where the documents of an actor are kept. */
export function makeEngine<D extends Stored>(
  of: Collection<D>,
  actor: string,
  warn: (text: string) => void,
): Engine<D> {
  const engine = engineFor(actor);
  if (engine === "postgres" && postgres) {
    return new PostgresEngine(of, { server: postgres, schema: house, warn });
  }
  if (engine === "mongo" && MONGO_URL) {
    return new MongoEngine(of, { url: MONGO_URL, database: house, slowMs, warn });
  }
  const redis = engine === "redis" ? storeRedis() : undefined;
  if (redis) return new RedisEngine(of, { ...redis, house, slowMs, warn });
  return new NedbEngine(of, join(env.house.DATA_DIR, "documents", `${of.name}.db`), warn);
}

/**
 * Documents in PostgreSQL: a table a collection, the document as JSONB, its messages beside it, every
 * write one statement. A server that is away is an outage within seconds; at start it is waited
 * for.
 */
import type { Collection, Stored } from "../collection.ts";
import type { Engine, EnginePage } from "../engine.ts";
import { checkNames } from "../names.ts";
import { untilThere } from "../patience.ts";
import { asProblem, isAway } from "./failures.ts";
import { pageStatement } from "./page.ts";
import type { Answered, Server } from "./server.ts";
import { type Tables, tablesOf } from "./sql.ts";
import { type Row, type Statement, statementsOf } from "./statements.ts";
import { prepare } from "./tables.ts";

export interface PostgresSettings {
  server: Server;
  /** The tables' schema: a house's own. */
  schema: string;
  warn(text: string): void;
}

export class PostgresEngine<D extends Stored> implements Engine<D> {
  readonly #server: Server;
  readonly #tables: Tables;
  readonly #statements: ReturnType<typeof statementsOf>;
  readonly #warn: (text: string) => void;
  #state: "closed" | "opening" | "open" = "closed";

  constructor(of: Collection<D>, { server, schema, warn }: PostgresSettings) {
    this.#server = server;
    this.#tables = tablesOf(schema, of);
    this.#statements = statementsOf(this.#tables);
    this.#warn = (text) => warn(`${of.name}: ${text}`);
  }

  /** Waits for a server that is away, ever longer between tries. @throws what waiting does not mend */
  async open(): Promise<void> {
    this.#state = "opening";
    this.#server.join();
    try {
      await untilThere(() => this.#server.with((client) => prepare(client, this.#tables)), {
        isAway: (error) => this.#state === "opening" && isAway(error),
        told: (text) => this.#warn(`PostgreSQL at ${this.#server.place} is away: ${text}`),
      });
      if (this.#state === "opening") this.#state = "open";
    } catch (error) {
      if (this.#isClosed) return;
      await this.close();
      throw error;
    }
  }

  get #isClosed(): boolean {
    return this.#state === "closed";
  }

  async close(): Promise<void> {
    if (this.#isClosed) return;
    this.#state = "closed";
    await this.#server.leave();
  }

  async byIds(ids: readonly string[]): Promise<D[]> {
    if (ids.length === 0) return [];
    return this.#read(this.#statements.byIds(ids));
  }

  async page(query: EnginePage): Promise<D[]> {
    return this.#read(pageStatement(this.#tables, query));
  }

  async insert(docs: readonly D[]): Promise<void> {
    if (docs.length === 0) return;
    const rows = docs.map(rowOf);
    const [bodies, outboxes] = [rows.map(([body]) => body), rows.map(([, outbox]) => outbox)];
    await this.#write(this.#statements.insert(bodies, outboxes));
  }

  async replace(doc: D, version: number): Promise<boolean> {
    const { count } = await this.#write(this.#statements.replace(doc.id, version, ...rowOf(doc)));
    return count === 1;
  }

  async remove(id: string, version: number): Promise<boolean> {
    return (await this.#write(this.#statements.remove(id, version))).count === 1;
  }

  pending(before: string, limit: number): Promise<D[]> {
    return this.#read(this.#statements.pending(before, limit));
  }

  async clear(sent: ReadonlyMap<string, readonly string[]>): Promise<void> {
    if (sent.size > 0) await this.#write(this.#statements.clear(sent));
  }

  async #read(statement: Statement): Promise<D[]> {
    const { rows } = await this.#asked(() => this.#server.read(statement, this.#warn));
    return rows.map((row) => docOf<D>(row));
  }

  #write(statement: Statement): Promise<Answered> {
    return this.#asked(() => this.#server.write(statement, this.#warn));
  }

  async #asked(ask: () => Promise<Answered>): Promise<Answered> {
    if (this.#state !== "open") throw new Error(`The collection ${this.#tables.name} is not open.`);
    try {
      return await ask();
    } catch (error) {
      throw asProblem(error, this.#tables.name);
    }
  }
}

/** @throws Error for a field name that engines reserve */
function rowOf<D extends Stored>(doc: D): [body: string, outbox: string] {
  checkNames(doc);
  const { outbox, ...body } = doc;
  return [JSON.stringify(body), outbox?.length ? JSON.stringify(outbox) : ""];
}

const docOf = <D extends Stored>({ body, outbox }: Row): D =>
  (outbox ? Object.assign(body, { outbox }) : body) as unknown as D;

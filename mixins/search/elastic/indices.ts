/** The indices of the cluster and their aliases: made, read, changed and dropped. */
import type { estypes } from "@elastic/elasticsearch";
import { SearchUnavailableError } from "../errors.ts";
import type { IndexDefinition } from "../port.ts";
import { IndexAwayError } from "./failures.ts";
import { mappingOf, settings } from "./mapping.ts";
import { intakeOf } from "./names.ts";
import type { Server } from "./server.ts";
import type { Aliases } from "./state.ts";

export type Change = estypes.IndicesUpdateAliasesAction;

export class Indices {
  readonly #server: Server;
  readonly #definition: IndexDefinition;

  constructor(server: Server, definition: IndexDefinition) {
    this.#server = server;
    this.#definition = definition;
  }

  /** The aliases of every index that the pattern fits. */
  aliases(index: string): Promise<Aliases> {
    return this.#server.feed((client, options) => client.indices.getAlias({ index }, options));
  }

  /** All of the changes or none. @throws IndexAwayError where an alias must be there and is not */
  async change(actions: Change[]): Promise<void> {
    await this.#server.feed((client, options) =>
      client.indices.updateAliases({ actions }, options),
    );
  }

  /**
   * Makes an index, its aliases with it, and one to write through.
   *
   * @param refresh how often what is written is seen: `1s`, or `-1` for never by itself
   * @returns whether it was made here: false where another node was first
   */
  async create(index: string, aliases: readonly string[], refresh: string): Promise<boolean> {
    const made = {
      index,
      aliases: Object.fromEntries([...aliases, intakeOf(index)].map((alias) => [alias, {}])),
      settings: { ...settings, refresh_interval: refresh },
      mappings: mappingOf(this.#definition),
    };
    const { acknowledged } = await this.#server
      .feed((client, options) => client.indices.create(made, options))
      .catch((error: unknown) => {
        if (/resource_already_exists/.test(String(error))) return { acknowledged: undefined };
        throw error;
      });
    if (acknowledged !== false) return acknowledged ?? false;
    // A node of the cluster may not know of it yet, and would not tell a writer: better none.
    await this.drop(index);
    const { where } = this.#server;
    throw new SearchUnavailableError(`${where} did not make ${index} in time: try again.`);
  }

  /** From now on what is written is seen so often; what was written before, at once. */
  async reveal(index: string, refresh: string): Promise<void> {
    const often = { index, settings: { refresh_interval: refresh } };
    await this.#server.feed((client, options) => client.indices.putSettings(often, options));
    await this.#server.feed((client, options) => client.indices.refresh({ index }, options));
  }

  async drop(index: string): Promise<void> {
    await this.#server
      .feed((client, options) => client.indices.delete({ index }, options))
      .catch(unlessAway);
  }
}

/** For what is meant to be gone. */
function unlessAway(error: unknown): void {
  if (!(error instanceof IndexAwayError)) throw error;
}

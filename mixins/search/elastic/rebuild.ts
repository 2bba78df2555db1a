/** A generation being filled by this node, one at a time. */
import { checkDocument } from "../checks.ts";
import { RebuildElsewhereError, SearchUnavailableError } from "../errors.ts";
import type { IndexDefinition, Rebuild, SearchDocument } from "../port.ts";
import { mapInSlices } from "./breath.ts";
import { lineOf } from "./document.ts";
import { IndexAwayError } from "./failures.ts";
import type { Feed } from "./feed.ts";
import type { Claim, Generations } from "./generations.ts";
import type { Lease } from "./lease.ts";
import type { Server } from "./server.ts";
import { write } from "./writer.ts";

interface Parts {
  readonly server: Server;
  readonly generations: Generations;
  readonly lease: Lease;
  readonly feed: Feed;
  readonly definition: IndexDefinition;
}

export class Rebuilds {
  readonly #parts: Parts;
  #open: { readonly claim: Claim; readonly release: () => void } | undefined;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /**
   * Drops what this node was filling before, and what nobody fills any more.
   *
   * @throws RebuildElsewhereError while another node fills one
   */
  async begin(): Promise<Rebuild> {
    const { generations, lease, feed } = this.#parts;
    await this.abandon();
    for (const other of (await generations.open()).building) {
      if (!(await lease.isHeld(other))) continue;
      throw new RebuildElsewhereError("Another node builds the index: wait until it is done.");
    }
    const claim = await generations.begin();
    feed.own = claim.index;
    this.#open = { claim, release: lease.hold(claim) };
    return {
      put: (documents) => this.#fill(claim, documents),
      commit: () => this.#commit(claim),
      abandon: () => (this.#open?.claim === claim ? this.abandon() : Promise.resolve()),
    };
  }

  /** Drops what is open, where something is. */
  async abandon(): Promise<void> {
    const claim = this.#end();
    // By its own alias: under the number there may be another's by now.
    if (claim) await this.#parts.generations.forgo(claim);
  }

  async #fill(claim: Claim, documents: readonly SearchDocument[]): Promise<void> {
    this.#check(claim);
    const { server, definition } = this.#parts;
    for (const document of documents) checkDocument(definition, document);
    const lines = await mapInSlices(documents, (document) => lineOf(definition, document));
    if (!(await write(server, claim.alias, lines))) throw forgotten();
  }

  async #commit(claim: Claim): Promise<void> {
    this.#check(claim);
    await this.#parts.generations.swap(claim).catch((error) => {
      throw error instanceof IndexAwayError ? forgotten() : error;
    });
    this.#end();
  }

  #check(claim: Claim): void {
    if (this.#open?.claim !== claim) throw forgotten();
  }

  #end(): Claim | undefined {
    const open = this.#open;
    this.#open = undefined;
    this.#parts.feed.own = undefined;
    open?.release();
    return open?.claim;
  }
}

/** Others have given it up, or this node has begun another. */
const forgotten = () =>
  new SearchUnavailableError("The rebuild is no longer open: start the rebuild again.");

/** The actors that have documents, asked by name: each answers for its own. */
import type { ServiceBroker } from "moleculer";
import * as moving from "../../mixins/moving/contracts.ts";
import { ArchiveRefused } from "../../mixins/moving/reading.ts";
import { call } from "../shared/wire.ts";

interface Registry {
  getActionList(options: { onlyAvailable: boolean }): { name: string }[];
  getServiceList(options: { onlyAvailable: boolean }): { name: string }[];
  getNodeList(options: object): { id: string; available: boolean }[];
}

const has = /^(\w+)\.documentsOut$/;

export class Crew {
  readonly #broker: ServiceBroker;
  readonly #expected: readonly string[];

  /** @param expected names of all actors that a whole house has */
  constructor(broker: ServiceBroker, expected: readonly string[]) {
    this.#broker = broker;
    this.#expected = expected;
  }

  /** @throws ArchiveRefused while no node answers for some actor: a backup would not be whole */
  mustBeWhole(): void {
    const there = this.#registry.getServiceList({ onlyAvailable: true }).map(({ name }) => name);
    const absent = this.#expected.filter((name) => !there.includes(name));
    if (absent.length === 0) return;
    const names = absent.join(", ");
    throw new ArchiveRefused(`No node answers for ${names}: start them, then make the backup.`);
  }

  /** Whether a node is there. */
  has(node: string): boolean {
    return this.#registry.getNodeList({}).some(({ id, available }) => id === node && available);
  }

  /** Names of actors with documents. */
  actors(): string[] {
    const listed = this.#registry.getActionList({ onlyAvailable: true });
    const names = listed.flatMap(({ name }) => has.exec(name)?.[1] ?? []);
    return [...new Set(names)].toSorted();
  }

  /** By collection, the actor that has it and whether it is empty. */
  async collections(): Promise<Map<string, { actor: string; empty: boolean }>> {
    const found = new Map<string, { actor: string; empty: boolean }>();
    for (const actor of this.actors()) {
      const { collection, empty } = await call(this.#broker, moving.documentsEmpty(actor), {});
      found.set(collection, { actor, empty });
    }
    return found;
  }

  out(actor: string, object: string) {
    return call(this.#broker, moving.documentsOut(actor), { object });
  }

  in(actor: string, part: { object: string; start: number; end: number }) {
    return call(this.#broker, moving.documentsIn(actor), { part });
  }

  compare(actor: string, part: { object: string; start: number; end: number }) {
    return call(this.#broker, moving.documentsCompare(actor), { part });
  }

  get #registry(): Registry {
    return (this.#broker as unknown as { registry: Registry }).registry;
  }
}

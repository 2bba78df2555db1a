/**
 * All that the house holds about a person: gathered from every actor that serves `personal` into
 * one object, and, when its time has come, given up.
 */
import { Readable } from "node:stream";
import type { Logger, ServiceBroker } from "moleculer";
import type { Store } from "../../mixins/documents/store.ts";
import type { ObjectStore } from "../../mixins/objects/port.ts";
import { clock } from "../shared/clock.ts";
import { message } from "../shared/message.ts";
import { call } from "../shared/wire.ts";
import { erased, personalOf } from "./accounts.contract.ts";
import { erasedOf, isOver } from "./export.ts";
import { type KeptExport, timed } from "./profile.ts";
import { due, letterTo, rewrite, type UserDocument } from "./users.store.ts";

interface House {
  store: Store<UserDocument>;
  broker: ServiceBroker;
  logger: Logger;
  objects: ObjectStore;
  /** How long the little that is left of a guest stays, milliseconds. */
  forgetAfterMs: number;
}
interface Registry {
  getActionList(options: { skipInternal: boolean }): { name: string }[];
}

const personal = /^(\w+)\.personal$/;
const keyOf = (user: string, id: string): string => `exports/${user}/${id}.json`;

export class Holdings {
  readonly #house: House;
  readonly #running = new Map<string, Promise<void>>();

  constructor(house: House) {
    this.#house = house;
  }

  /** The actors that keep personal data, as the registry of this node knows them. */
  actors(): string[] {
    const { registry } = this.#house.broker as unknown as { registry: Registry };
    const names = registry.getActionList({ skipInternal: true }).map(({ name }) => name);
    return names.flatMap((name) => personal.exec(name)?.[1] ?? []).toSorted();
  }

  /** Gathers the last export in the background; `tidy` goes on where a crash ended it. */
  start(user: UserDocument): KeptExport {
    const last = user.exports.at(-1);
    if (!last) throw new Error(`Nothing is to be exported for ${user.id}.`);
    if (last.status !== "running" || this.#running.has(last.id)) return last;
    const run = this.#gather(user.id, last)
      .catch((error) => this.#house.logger.error(`The export ${last.id} did not end:`, error))
      .finally(() => this.#running.delete(last.id));
    this.#running.set(last.id, run);
    return last;
  }

  /** Waits for what is under way. */
  async close(): Promise<void> {
    await Promise.all(this.#running.values());
  }

  /** Does what is due by now for everybody; what fails for one is told, and tried again later. */
  async tidy(): Promise<void> {
    const now = clock.iso();
    for await (const user of due(this.#house.store, now)) {
      await this.#settle(user, now).catch((error) =>
        this.#house.logger.warn(`What is due for ${user.id} could not be done:`, error),
      );
    }
  }

  async #settle(user: UserDocument, now: string): Promise<void> {
    if (isOver(user, now)) return this.#erase(user, now);
    const isEnd = (time: string | undefined) => time !== undefined && time <= now;
    if (isEnd(user.erasure?.forgetAt) || isEnd(user.guest?.until)) {
      return this.#house.store.remove(user);
    }
    const old = user.exports.filter((e) => e.status !== "running" && e.until <= now);
    await this.#remove(user.id, old);
    if (user.exports.length > 0) this.start(user);
    if (old.length === 0) return;
    await rewrite(this.#house.store, user.id, (fresh) => ({
      ...fresh,
      exports: fresh.exports.filter((e) => !old.some(({ id }) => id === e.id)),
    }));
  }

  /** State and message in one write: who follows `users.erased.v1` will hear of it. */
  async #erase(user: UserDocument, now: string): Promise<void> {
    const { store, forgetAfterMs } = this.#house;
    await this.#remove(user.id, user.exports);
    const asked = this.actors();
    const forgetAt = new Date(Date.parse(now) + forgetAfterMs).toISOString();
    const { id, version, createdAt, updatedAt, outbox } = user;
    const left = timed(erasedOf(user, now, asked, forgetAt));
    await store.replace(
      { ...left, version, createdAt, updatedAt, ...(outbox ? { outbox } : {}) },
      { tell: [{ channel: erased.name, message: message(erased, { id }) }] },
    );
  }

  async #remove(user: string, exports: readonly KeptExport[]): Promise<void> {
    for (const { id } of exports) await this.#house.objects.remove(keyOf(user, id));
  }

  async #gather(user: string, { id, until }: KeptExport): Promise<void> {
    const { store, objects } = this.#house;
    const { held, silent } = await this.#ask(user);
    const object = keyOf(user, id);
    const end: Partial<KeptExport> = { status: "failed", silent };
    if (silent.length === 0) {
      const said = JSON.stringify({ format: 1, id: user, time: clock.iso(), held }, null, 2);
      const body = Readable.from([Buffer.from(said)]);
      const { size } = await objects.put(object, body, { contentType: "application/json" });
      Object.assign(end, { status: "ready", object, size });
    }
    const kept = await rewrite(store, user, (fresh) => ended(fresh, id, end), {
      tell: (next) =>
        end.object ? letterTo(next, { template: "exportReady", data: { until } }) : [],
    });
    // The person was erased, or the export pushed out by newer ones, while it was gathered.
    if (!kept?.exports.some((e) => e.id === id)) await objects.remove(object);
  }

  /** What every actor holds about a person; those that do not say are named. */
  async #ask(id: string): Promise<{ held: Record<string, unknown>; silent: string[] }> {
    const { broker, logger } = this.#house;
    const silent: string[] = [];
    const ask = async (actor: string): Promise<[string, unknown]> => {
      try {
        return [actor, (await call(broker, personalOf(actor), { id })).data];
      } catch (error) {
        logger.warn(`${actor} did not say what it holds about ${id}:`, error);
        silent.push(actor);
        return [actor, null];
      }
    };
    return { held: Object.fromEntries(await Promise.all(this.actors().map(ask))), silent };
  }
}

/** The person with one export ended; the same person where it is not there any more. */
const ended = (user: UserDocument, id: string, end: Partial<KeptExport>): UserDocument =>
  user.exports.some((e) => e.id === id)
    ? { ...user, exports: user.exports.map((e) => (e.id === id ? { ...e, ...end } : e)) }
    : user;

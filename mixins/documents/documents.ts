/**
 * The mixin that gives an actor its documents: `this.store`, of one collection that nobody else
 * opens. It stands on moleculer-db for the life cycle; of its actions none is published.
 */
import type { Service, ServiceSchema } from "moleculer";
import DbService from "moleculer-db";
import { openEngine } from "../../config/documents.ts";
import type { Message } from "../../services/shared/message.ts";
import { movingActions } from "../moving/documents.ts";
import type { Collection, Stored } from "./collection.ts";
import type { Engine } from "./engine.ts";
import { Outbox } from "./outbox.ts";
import { Store, type Teller } from "./store.ts";

/** What an actor with documents finds in `this`. */
export interface WithStore<D extends Stored> extends Service {
  store: Store<D>;
  outbox: Outbox<D>;
}

/** moleculer-db's adapter as far as we use it: it is connected at start and disconnected at stop. */
class EngineAdapter<D extends Stored> extends DbService.MemoryAdapter {
  readonly engine: Engine<D>;

  constructor(engine: Engine<D>) {
    super();
    this.engine = engine;
  }

  override connect(): Promise<void> {
    return this.engine.open();
  }

  override disconnect(): Promise<void> {
    return this.engine.close();
  }
}

const unpublished = Object.fromEntries(
  ["find", "count", "list", "create", "insert", "get", "update", "remove"].map((name) => [
    name,
    false,
  ]),
);

/** What is wrong with the configuration says so itself. */
const exitCodeOf = (error: unknown): number =>
  error instanceof Error && "exitCode" in error ? Number(error.exitCode) : 1;

type Self = WithStore<Stored> & {
  adapter: EngineAdapter<Stored>;
  broker: { sendToChannel(name: string, message: Message): Promise<void> };
};

/** The mixin for one collection. */
export function documents<D extends Stored>(of: Collection<D>): Partial<ServiceSchema> {
  const schema = {
    mixins: [DbService as unknown as ServiceSchema],
    actions: { ...unpublished, ...movingActions(of) },
    methods: {
      /** A collection that cannot be opened ends the node: moleculer-db would try for ever. */
      async connect(this: Self) {
        try {
          await this.adapter.connect();
        } catch (error) {
          const reason = error instanceof Error ? error.message : String(error);
          this.broker.fatal(
            `The collection ${of.name} cannot be opened: ${reason} ` +
              "Mend what it says (see `bijou doctor`), then start again.",
            error as Error,
            false,
          );
          process.exit(exitCodeOf(error));
        }
      },
    },
    created(this: Self) {
      const engine: Engine<Stored> = openEngine(of, this.name, (text) => this.logger.warn(text));
      this.adapter = new EngineAdapter(engine);
      const send: Teller<Stored>["send"] = ({ channel, message }) =>
        this.broker.sendToChannel(channel, message);
      this.outbox = new Outbox({
        engine,
        send,
        failed: (error) => this.logger.warn(`${of.name}: messages wait to be sent:`, error),
      });
      this.store = new Store<Stored>(of as unknown as Collection<Stored>, engine, {
        written: (docs) => this.outbox.add(docs),
        send,
      });
    },
    started(this: Self) {
      // Not awaited: the channel connects only after all services have started.
      void this.outbox.start();
    },
    async stopped(this: Self) {
      await this.outbox.stop();
    },
  };
  return schema as unknown as Partial<ServiceSchema>;
}

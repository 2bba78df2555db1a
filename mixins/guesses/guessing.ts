/** The mixin that gives an actor `this.guesses`, kept in a collection beside its own. */
import type { Service, ServiceSchema } from "moleculer";
import { openEngine } from "../../config/documents.ts";
import { collection } from "../documents/collection.ts";
import type { Engine } from "../documents/engine.ts";
import { Store } from "../documents/store.ts";
import { forAccount } from "./delay.ts";
import { type GuessDocument, Guesses } from "./guesses.ts";

/** What an actor that is guessed at finds in `this`. */
export interface WithGuesses extends Service {
  guesses: Guesses;
}

type Self = WithGuesses & { guessEngine: Engine<GuessDocument> };

/** @param name of the collection */
export function guessing(name: string): Partial<ServiceSchema> {
  const of = collection<GuessDocument>({ name, indexes: {} });
  const schema = {
    created(this: Self) {
      const engine = openEngine(of, this.name, (text) => this.logger.warn(text));
      const store = new Store(of, engine);
      this.guessEngine = engine;
      this.guesses = new Guesses(
        () => store,
        (error) => this.logger.warn(`${name} cannot be written:`, error),
      );
    },
    async started(this: Self) {
      await this.guessEngine.open();
      await this.guesses.tidy(forAccount.forgetMs);
    },
    async stopped(this: Self) {
      await this.guesses.flush();
      await this.guessEngine.close();
    },
  };
  return schema as unknown as Partial<ServiceSchema>;
}

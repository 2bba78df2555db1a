/** Where migrations run, and whether. */
import { hostname } from "node:os";
import type { Migrations } from "../mixins/migrations/migration.ts";
import { MigrationError } from "../mixins/migrations/migration.ts";
import { type Listed, Runner } from "../mixins/migrations/runner.ts";
import { allActors, chooseActors } from "./actors.ts";
import { engineFor, makeEngine } from "./documents.ts";
import { env } from "./env.ts";

const say = (line: string) => void process.stdout.write(`${line}\n`);

const runner = new Runner({
  open: (of, actor) => makeEngine(of, actor, say),
  by: env.house.NODE_ID ?? `${hostname()}-${process.pid}`,
  leaseMs: 15_000,
  pauseMs: 250,
  // The folder is held by this process.
  isAlone: (actor) => engineFor(actor) === "embedded",
  say,
});

const { chosen } = chooseActors(env.house.SERVICES, [...allActors().keys()]);
const here = new Set(chosen.map((actor) => actor.split("/")[1]));

let known: readonly Migrations[] = [];
/** One after another: the embedded engine opens a collection once. */
let listing: Promise<unknown> = Promise.resolve();

/** What another node keeps for itself is not to be seen from here. */
const isReached = ({ actor }: Migrations) => here.has(actor) || engineFor(actor) !== "embedded";

/** The migrations of all actors whose documents are in reach, and when they were done. */
export function listMigrations(): Promise<Listed[]> {
  const listed = listing.then(async () => {
    const all: Listed[] = [];
    for (const one of known) if (isReached(one)) all.push(...(await runner.list(one)));
    return all;
  });
  listing = listed.catch(() => undefined);
  return listed;
}

/**
 * Moleculer's middleware: before the actors start, what is due for those of this node is done, or with
 * MIGRATE=off the node ends with 78; with MIGRATE=only it ends when all is done.
 */
export function migrating(all: readonly Migrations[]) {
  known = all;
  return {
    name: "Migrating",
    async starting() {
      const { MIGRATE } = env.documents;
      try {
        for (const one of all) {
          if (!here.has(one.actor)) continue;
          await (MIGRATE === "off" ? runner.refuse(one) : runner.run(one));
        }
      } catch (error) {
        if (!(error instanceof MigrationError)) throw error;
        process.stderr.write(`${error.message}\n`);
        process.exit(78);
      }
      if (MIGRATE !== "only") return;
      say("All migrations are done.");
      process.exit(0);
    },
  };
}

/**
 * Houses with the same films, each over a folder of its own: films are imported once, and every house
 * starts from a copy.
 */
import { once } from "node:events";
import { cpSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { madeFilms } from "../../bench/lib/films.ts";
import { endOf, type House, queueImport, startHouse } from "../house/process.ts";

/** Ports that a test may not meet by chance, and nothing that it does not look at. */
const quiet = {
  SELLER_PORT: "0",
  LOGISTICS_PORT: "0",
  NODE_PORT: "0",
  // Counted and not reached by a test's load.
  RATE_PER_ADDRESS: "1000000",
};

export interface Street {
  folder: string;
  /** Starts the house of this name, again where it has stopped. */
  open(name: string, env?: Record<string, string>): Promise<House>;
  /** Ends what still runs, and removes everything. */
  close(): Promise<void>;
}

/** Lays out houses of this name with the same so many films. */
export async function street(names: readonly string[], films = 40): Promise<Street> {
  const folder = await mkdtemp(join(tmpdir(), "bijou-deploy-"));
  const running = new Set<House>();
  const open = async (name: string, env: Record<string, string> = {}) => {
    const house = await startHouse(join(folder, name), { ...quiet, ...env });
    running.add(house);
    house.child.once("exit", () => running.delete(house));
    return house;
  };
  const close = async () => {
    await Promise.all([...running].map(end));
    await rm(folder, { recursive: true });
  };
  const [first = "first", ...others] = names;
  const model = await open(first);
  const run = await endOf(model, await queueImport(model, await madeFilms(folder, films)));
  if (run.status !== "done") throw new Error(`The import ended as ${run.status}: ${run.error}`);
  await model.stop();
  for (const name of others) cpSync(join(folder, first), join(folder, name), { recursive: true });
  return { folder, open, close };
}

/** A house that is gone at once, whatever it was doing. */
export async function end({ child }: House): Promise<void> {
  const gone = once(child, "exit");
  child.kill("SIGKILL");
  await gone;
}

/** Ids of films of a house, which are those of every house beside it. */
export async function filmsOf({ publicUrl }: House): Promise<string[]> {
  const answer = await fetch(`${publicUrl}/v1/films?limit=20`);
  const { items } = (await answer.json()) as { items: { id: string }[] };
  return items.map(({ id }) => id);
}

/** Asks on and on, so many at once, until it is told to stop; answers what was answered. */
export function load(ask: (n: number) => Promise<number>, atOnce = 16) {
  const statuses = new Map<number | string, number>();
  let isOn = true;
  let asked = 0;
  const askOn = async () => {
    while (isOn) {
      // What is asked must end: a failure is a result.
      const status = await ask(asked++).catch((error: Error) => `${error} ${error.cause ?? ""}`);
      statuses.set(status, (statuses.get(status) ?? 0) + 1);
    }
  };
  const all = Promise.all(Array.from({ length: atOnce }, askOn));
  return {
    statuses,
    async stop(): Promise<Record<string, number>> {
      isOn = false;
      await all;
      return Object.fromEntries(statuses);
    },
  };
}

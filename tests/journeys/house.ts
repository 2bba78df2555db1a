/**
 * The house that journeys go to. `openHouse` is the one place where it is started: as a process of
 * its own, or as whatever the module in JOURNEYS_HOUSE opens (its `open` is an `Opening`), such as a
 * cluster. Journeys know its doors by their addresses, and a few things that can happen to it.
 */
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import type { Door } from "../../services/shared/contract.ts";
import { freePort } from "../house/ports.ts";
import { type House, startHouse } from "../house/process.ts";
import type { Order } from "./house.config.ts";

export interface Place {
  /** `http://127.0.0.1:3000`; the same for as long as the place is there. */
  readonly doors: Readonly<Record<Door, string>>;
  readonly operatorToken: string;
  /** Whether a restart is one of nodes in turn, so that no request fails. */
  readonly rolls: boolean;
  /** An actor (`catalog/films`) is away, everywhere, and comes back. */
  stop(actor: string): Promise<void>;
  start(actor: string): Promise<void>;
  /** Something is appended to a user's stream, as actors want it. */
  tell(user: string, type: string, data: Record<string, string>): Promise<void>;
  /** The clock of all nodes is so many milliseconds ahead. */
  later(ms: number): Promise<void>;
  /** All nodes are restarted, in turn where there are several. */
  restart(): Promise<void>;
  close(): Promise<void>;
}

/** @param env settings of all nodes, beside those of the place itself; PUBLIC_PORT may be among them */
export type Opening = (env: Record<string, string>) => Promise<Place>;

/** What every journey wants: cheap passwords, and limits that it does not reach. */
const usual = {
  ...{ ARGON2_MEMORY_KIB: "8192", ARGON2_PASSES: "1" },
  ...{ RATE_PER_ADDRESS: "1000000", RATE_PER_USER: "1000000", RATE_PER_KEY: "1000000" },
};

export const openHouse: Opening = async (env) => {
  const { JOURNEYS_HOUSE } = process.env;
  const other = JOURNEYS_HOUSE && (await import(pathToFileURL(JOURNEYS_HOUSE).href));
  return ((other as { open: Opening } | undefined)?.open ?? oneProcess)({ ...usual, ...env });
};

/** What such a process is started with. */
export const config = fileURLToPath(new URL("house.config.ts", import.meta.url));

/** Gives an order to a process that was started with `house.config.ts`, and waits until it is done. */
export async function order({ child }: House, wish: Wish): Promise<void> {
  const id = ++orders;
  child.send({ id, ...wish });
  for (;;) {
    const [done] = (await once(child, "message")) as [{ id: number; error?: string }];
    if (done.id !== id) continue;
    if (done.error) throw new Error(done.error);
    return;
  }
}
let orders = 0;
type Wish = Order extends infer One ? Omit<One, "id"> : never;

/** All actors in one process. */
const oneProcess: Opening = async (env) => {
  const dir = await mkdtemp(join(tmpdir(), "bijou-journey-"));
  const ports = {
    PUBLIC_PORT: env.PUBLIC_PORT ?? String(await freePort()),
    ADMIN_PORT: String(await freePort()),
    SELLER_PORT: String(await freePort()),
    LOGISTICS_PORT: String(await freePort()),
  };
  const open = () => startHouse(dir, { ...env, ...ports }, config);
  let house: House = await open();
  const at = (port: string) => `http://127.0.0.1:${port}`;
  return {
    doors: {
      public: at(ports.PUBLIC_PORT),
      admin: at(ports.ADMIN_PORT),
      seller: at(ports.SELLER_PORT),
      logistics: at(ports.LOGISTICS_PORT),
    },
    operatorToken: house.token,
    rolls: false,
    stop: (actor) => order(house, { stop: actor }),
    start: (actor) => order(house, { start: actor }),
    tell: (user, type, data) => order(house, { tell: { user, type, data } }),
    later: (ms) => order(house, { later: ms }),
    async restart() {
      await house.stop();
      house = await open();
    },
    async close() {
      await house.stop();
      await rm(dir, { recursive: true, force: true });
    },
  };
};

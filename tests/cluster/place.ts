/**
 * The place of journeys as four processes over one NATS, behind a balancer for each door, so that
 * the doors' node can be restarted too: another one stands in before the first one stops.
 */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Door } from "../../services/shared/contract.ts";
import { balancer } from "../deploy/balancer.ts";
import { config, type Opening, order, type Place } from "../journeys/house.ts";
import type { Started } from "./process.ts";
import { actorsOf, type Four, type NodeName, startFour } from "./topology.ts";

const names: readonly NodeName[] = ["one", "two", "three", "doors"];
const doors: readonly Door[] = ["public", "admin", "seller", "logistics"];

type Balancers = Record<Door, Awaited<ReturnType<typeof balancer>>>;

async function balancersFor(four: Four, port: number): Promise<Balancers> {
  const made = doors.map(async (door) => {
    const one = await balancer(door === "public" ? port : 0);
    await one.add("doors", four.doors[door] ?? "");
    return [door, one] as const;
  });
  return Object.fromEntries(await Promise.all(made)) as Balancers;
}

/** Orders are for what a process can be told; the rest of a house is not looked at. */
const handOf = ({ child }: Started) => ({ child }) as Parameters<typeof order>[0];

export const open: Opening = async ({ PUBLIC_PORT = "0", ...env }) => {
  const folder = await mkdtemp(join(tmpdir(), "bijou-place-"));
  const four = await startFour(folder, process.env.TOPOLOGY ?? "", env, config);
  const ways = await balancersFor(four, Number(PUBLIC_PORT));
  const running = new Map<NodeName, Started>(names.map((name) => [name, four.nodes[name]]));
  let doorsNow = "doors";
  const everywhere = (wish: Parameters<typeof order>[1], hosts: (name: NodeName) => boolean) =>
    Promise.all(
      [...running].flatMap(([name, node]) => (hosts(name) ? order(handOf(node), wish) : [])),
    );
  const hosting = (actor: string) => (name: NodeName) => actorsOf(name).includes(actor);
  const one = () => running.get("one") as Started;

  async function restartDoors(): Promise<void> {
    const next = doorsNow === "doors" ? "doors-again" : "doors";
    const node = four.start("doors", next);
    const opened = await node.opened();
    for (const door of doors) await ways[door].add(next, opened[door] ?? "");
    const before = running.get("doors");
    running.set("doors", node);
    await before?.stop();
    for (const door of doors) ways[door].remove(doorsNow);
    doorsNow = next;
  }

  const place: Place = {
    doors: {
      public: ways.public.url,
      admin: ways.admin.url,
      seller: ways.seller.url,
      logistics: ways.logistics.url,
    },
    operatorToken: four.token,
    rolls: true,
    async stop(actor) {
      await everywhere({ stop: actor }, hosting(actor));
    },
    async start(actor) {
      await everywhere({ start: actor }, hosting(actor));
    },
    tell: (user, type, data) => order(handOf(one()), { tell: { user, type, data } }),
    async later(ms) {
      await everywhere({ later: ms }, () => true);
    },
    async restart() {
      for (const name of names) {
        if (name === "doors") {
          await restartDoors();
          continue;
        }
        await running.get(name)?.stop();
        const node = four.start(name);
        await node.opened();
        running.set(name, node);
      }
    },
    async close() {
      await four.stop();
      await Promise.all(doors.map((door) => ways[door].close()));
      await rm(folder, { recursive: true, force: true });
    },
  };
  return place;
};

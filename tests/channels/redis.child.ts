/**
 * A node in a process of its own, to be killed or frozen: listens and prints what it was given. Its
 * handlers take so many milliseconds, and never end where none are said.
 *
 * node redis.child.ts <url> <house> <channel> <group> [ordered|""] [milliseconds]
 */
import { writeSync } from "node:fs";
import { RedisAdapter } from "../../mixins/channels/redis/adapter.ts";
import { readAddress } from "../../mixins/redis/address.ts";
import type { Sent } from "./kit.ts";
import { nodeOver } from "./nodes.ts";

const [url = "", house = "", channel = "", group = "", ordered, takes] = process.argv.slice(2);
const address = readAddress(url);
if (!address) throw new Error(`This is no address of a Redis: ${url}`);

const handler = ({ data }: Sent) => {
  writeSync(1, `${data}\n`);
  return new Promise<void>((resolve) => {
    if (takes) setTimeout(resolve, Number(takes));
  });
};
const adapter = new RedisAdapter({ address, house, idleMs: 600, claimMs: 20 });
const listening = { group, handler, maxInFlight: 2, ordered: ordered === "ordered" };
const node = nodeOver(adapter, { channels: { [channel]: listening } });
await node.start();

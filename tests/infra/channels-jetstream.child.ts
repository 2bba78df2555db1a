/**
 * A node in a process of its own, to be killed: listens, and prints "begin <data>" and "end <data>"
 * for each message; a message that says `stay` never ends.
 *
 * node channels-jetstream.child.ts <url> <space> <channel> <group> [ordered]
 */
import { writeSync } from "node:fs";
import { pause, type Sent } from "../channels/kit.ts";
import { nodeOver } from "../channels/nodes.ts";
import { adapterFor } from "./channels-jetstream.house.ts";

const [url = "", space = "", channel = "", group = "", ordered] = process.argv.slice(2);
const say = (it: string) => writeSync(1, `${it}\n`);

const handler = async ({ data }: Sent) => {
  say(`begin ${data}`);
  await pause(data === "stay" ? 600_000 : 5);
  say(`end ${data}`);
};
const adapter = adapterFor(url, space, { ackWaitMs: 1_500, leaseMs: 1_500 });
const listening = { group, handler, maxInFlight: 20, ordered: ordered !== undefined };
const node = nodeOver(adapter, { channels: { [channel]: listening } });
await node.start();
say("ready");

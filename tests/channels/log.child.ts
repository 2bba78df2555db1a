/**
 * A node in a process of its own, to be killed: sends without end and prints the number of each
 * message that was acknowledged, or listens and prints what it was given.
 *
 * node log.child.ts send|listen <file> <channel> <group>
 */
import { writeSync } from "node:fs";
import { LogAdapter } from "../../mixins/channels/log/adapter.ts";
import { message, pause, type Sent, send } from "./kit.ts";
import { nodeOver } from "./nodes.ts";

const [what, path = "", channel = "", group = ""] = process.argv.slice(2);
const say = (it: unknown) => writeSync(1, `${it}\n`);

const handler = async ({ data }: Sent) => {
  say(data);
  await pause(60_000);
};
const adapter = new LogAdapter({ path });
const listening = { [channel]: { group, handler, maxInFlight: 3 } };
const node = nodeOver(adapter, { channels: what === "listen" ? listening : {} });
await node.start();

for (let n = 0; what === "send"; n++) {
  try {
    await send(node, channel, message(n, { id: `m${n}` }));
    say(n);
  } catch (error) {
    say(error instanceof Error ? error.message : error);
    process.exit(3);
  }
}

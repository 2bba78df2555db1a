/** Keeps and hears something at the Redis of a URL, and says so; gives up after twenty seconds. */
import { once } from "node:events";
import { readAddress } from "../../mixins/redis/address.ts";
import { openListener, openRedis } from "../../mixins/redis/client.ts";

const address = readAddress(process.argv[2] ?? "");
if (!address) throw new Error("That is no address of a Redis.");
setTimeout(() => process.exit(1), 20_000).unref();
const failed = () => undefined;
const client = openRedis(address, { answerMs: 1_000, failed });
if (client.status !== "ready") await once(client, "ready");
await client.set("kept", "kept");
const listener = openListener(address, { failed });
await listener.subscribe("news");
const told = once(listener, "message");
await client.publish("news", "heard");
process.stdout.write(`${await client.get("kept")}, ${(await told)[1]}`);
client.disconnect();
listener.disconnect();

/** nats.js alone doing the same: published with an id and awaited, pulled, read, acknowledged. */
import { randomUUID } from "node:crypto";
import { AckPolicy, connect, JSONCodec, StorageType } from "nats";
import { inFlight, options, serve, text } from "./work.ts";

// Without the traces of requests, which cost more than the requests.
const nc = await connect({ ...options(), noAsyncTraces: true });
const jsm = await nc.jetstreamManager();
const js = nc.jetstream();
const name = `bench-${randomUUID()}`;
await jsm.streams.add({ name, subjects: [`${name}.*`], storage: StorageType.File });
await jsm.consumers.add(name, {
  durable_name: "reader",
  ack_policy: AckPolicy.Explicit,
  max_ack_pending: 20_000,
});
const codec = JSONCodec<{ id: string; data: { n: number; text: string } }>();
let handled = 0;
let n = 0;
const consumer = await js.consumers.get(name, "reader");
const messages = await consumer.consume({
  max_messages: inFlight,
  callback: (msg) => {
    const { data } = codec.decode(msg.data);
    if (data.text.length === text.length) handled++;
    msg.ack();
  },
});

serve(
  () => {
    const id = randomUUID();
    const time = new Date().toISOString();
    const sent = { id, key: String(n), time, correlation: id, data: { n: n++, text } };
    return js.publish(`${name}.told`, codec.encode(sent), { msgID: id });
  },
  () => handled,
  async () => {
    await messages.close();
    await jsm.streams.delete(name);
    await nc.close();
  },
);

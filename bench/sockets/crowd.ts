/**
 * The clients: so many sockets to one variant, all in its room. After each broadcast it tells how
 * long it took until the first and the last had it, by the clock that all processes share.
 *
 *   node bench/sockets/crowd.ts URL COUNT PLACE
 */
import { io, type Socket } from "socket.io-client";
import { socketPath } from "../../mixins/sockets/protocol.ts";
import type { Place } from "./orders.ts";

const [url = "", count = "0", place = "{}"] = process.argv.slice(2);
const { room, event } = JSON.parse(place) as Place;
const all = Number(count);
let heard = 0;
let first = 0n;

function hear(data: { at: string }): void {
  heard++;
  if (heard === 1) first = process.hrtime.bigint();
  if (heard < all) return;
  heard = 0;
  const [begun, now] = [BigInt(data.at), process.hrtime.bigint()];
  process.send?.({ firstMs: Number(first - begun) / 1e6, lastMs: Number(now - begun) / 1e6 });
}

async function enter(): Promise<Socket> {
  const socket = io(url, { path: socketPath, transports: ["websocket"], forceNew: true });
  await new Promise<void>((done, fail) => {
    socket.once("connect", done);
    socket.once("connect_error", fail);
  });
  socket.on("heard", (_event, data) => hear(data));
  for (const answer of [
    (await socket.emitWithAck("join", room)) as { ok: boolean },
    (await socket.emitWithAck("hear", { event, room })) as { ok: boolean },
  ]) {
    if (!answer.ok) throw new Error(`Refused: ${JSON.stringify(answer)}`);
  }
  return socket;
}

for (let i = 0; i < all; i += 100) {
  await Promise.all(Array.from({ length: Math.min(100, all - i) }, enter));
}
process.send?.({ ready: true });
process.on("disconnect", () => process.exit(0));

/** A door that stops: its sockets are ended first, in bounded time, and clients find the next one. */
import { connect } from "node:net";
import { setTimeout as wait } from "node:timers/promises";
import type { EndReason } from "../../mixins/sockets/client.ts";
import { socketPath } from "../../mixins/sockets/protocol.ts";
import { get } from "../../services/catalog/films.contract.ts";
import { film, filmId } from "../gateway/actors.ts";
import { until } from "../house/soon.ts";
import { closeAll, meet, mint, openNode, pause } from "./house.ts";

afterAll(closeAll);

async function timed(task: () => Promise<unknown>): Promise<number> {
  const begun = performance.now();
  await task();
  return performance.now() - begun;
}

describe("a stop", () => {
  it("ends with open sockets soon, and tells them", async () => {
    const node = await openNode();
    const ends: EndReason[] = [];
    const onEnded = (reason: EndReason) => ends.push(reason);
    const clients = Array.from({ length: 30 }, () => meet(node.url, { onEnded }));
    await Promise.all(clients.map((client) => client.ready()));

    const ms = await timed(() => node.stop());

    expect(ms).toBeLessThan(5_000);
    await until(() => ends.length === 30);
    expect(new Set(ends)).toEqual(new Set(["stopping"]));
  });

  it("gives the answers that are being made", async () => {
    const node = await openNode();
    node.films.get = () => wait(500, film());
    const client = meet(node.url);
    await client.ready();
    const asked = client.ask(get, { id: filmId });
    await pause(100);

    const stopping = node.stop();

    expect(await asked).toMatchObject({ id: filmId });
    await stopping;
  });

  it("does not wait for whoever says nothing, half a handshake or no end", async () => {
    const node = await openNode();
    const port = Number(new URL(node.url).port);
    const upgrade =
      `GET ${socketPath}?EIO=4&transport=websocket HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\n` +
      "Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\n" +
      "Sec-WebSocket-Key: MDEyMzQ1Njc4OWFiY2RlZg==\r\n\r\n";
    // None of them ever answers a closing frame.
    const mute = Array.from({ length: 3 }, () => connect(port, "127.0.0.1"));
    for (const socket of mute) {
      socket.on("error", () => undefined);
      socket.write(upgrade);
      socket.pause();
    }
    await pause(200);

    const ms = await timed(() => node.stop());

    expect(ms).toBeLessThan(5_000);
    for (const socket of mute) socket.destroy();
  });

  it("is followed by a start on the same port, where clients are again as before", async () => {
    const node = await openNode();
    const port = Number(new URL(node.url).port);
    const client = meet(node.url, { token: await mint() });
    const rooms: number[] = [];
    await client.join(`film:${filmId}`, (count) => rooms.push(count));

    await node.stop();
    await until(() => !client.connected);
    const next = await openNode({ port });
    await until(() => client.connected);
    await until(() => rooms.length > 1 && next.size() === 1);

    expect(await client.ask(get, { id: filmId })).toMatchObject({ id: filmId });
  });
});

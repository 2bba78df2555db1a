/** Nodes over NATS: servers that come late, go and freeze; nodes that vanish; packets. */
import { setTimeout as wait } from "node:timers/promises";
import { mostPacketBytes } from "../../mixins/cluster/packets.ts";
import { type NatsServer, natsServer } from "../cluster/nats.ts";
import { cluster } from "../cluster/node.ts";
import { until } from "../house/soon.ts";

let nats: NatsServer;
beforeAll(async () => {
  nats = await natsServer();
});
beforeEach(() => nats.start());
afterEach(() => nats.kill());
afterAll(() => nats.close());

const echo = {
  name: "echo",
  actions: {
    say: (ctx: { params: unknown }) => ctx.params,
    long: (ctx: { params: { bytes: number } }) => noise(ctx.params.bytes),
  },
};
/** Text that does not deflate well. */
const noise = (bytes: number): string =>
  Array.from({ length: bytes }, () =>
    String.fromCharCode(33 + Math.floor(Math.random() * 90)),
  ).join("");
const failing = (work: Promise<unknown>): Promise<{ type?: string; message: string }> =>
  work.then(
    () => ({ message: "it did not fail" }),
    (error) => error,
  );

test("a node that starts while NATS is away waits for it", async () => {
  const { make, start, close } = cluster(nats.url);
  await nats.kill();
  const early = make([echo]);
  let isUp = false;
  const starting = early.start().then(() => {
    isUp = true;
  });
  await wait(500);
  expect(isUp).toBe(false);

  await nats.start();
  await starting;

  const asker = await start();
  await asker.waitForServices(["echo"]);
  expect(await asker.call("echo.say", { a: 1 })).toEqual({ a: 1 });
  await close();
});

test("a node that waits for NATS stops when it is told to", async () => {
  const { make } = cluster(nats.url);
  await nats.kill();
  const early = make([echo]);
  void early.start();
  await wait(300);

  await early.stop();
});

test("while NATS is gone calls fail at once, and go on when it is back", async () => {
  const { start, close } = cluster(nats.url);
  await start([echo]);
  const asker = await start();
  await asker.waitForServices(["echo"]);

  await nats.kill();
  await until(
    async () => (await failing(asker.call("echo.say", {}))).type === "BAD_GATEWAY",
    "the loss is noticed",
  );
  const began = performance.now();
  const { type } = await failing(asker.call("echo.say", {}));
  const tookMs = performance.now() - began;
  await nats.start();

  expect(type).toBe("BAD_GATEWAY");
  expect(tookMs).toBeLessThan(1_000);
  await until(
    () =>
      asker.call("echo.say", {}).then(
        () => true,
        () => false,
      ),
    "it goes on",
  );
  await close();
});

test("a node that is gone without a word is noticed by the first call that it does not hear", async () => {
  const { start, stop, close } = cluster(nats.url);
  const gone = await start([echo], { nodeID: "gone" });
  const asker = await start();
  await asker.waitForServices(["echo"]);
  // As kill -9 does: the connection is cut, nobody is told.
  const { tx } = (gone as unknown as { transit: { tx: { client: { close(): Promise<void> } } } })
    .transit;
  await tx.client.close();
  // The server hears of it too: a question already on its way there would be lost in time only.
  await wait(1_000);

  const began = performance.now();
  const { type } = await failing(asker.call("echo.say", {}));
  const tookMs = performance.now() - began;
  const after = await failing(asker.call("echo.say", {}));

  expect(type).toBe("SERVICE_NOT_AVAILABLE");
  expect(tookMs).toBeLessThan(2_000);
  expect(after.type).toMatch(/SERVICE_NOT_(AVAILABLE|FOUND)/);
  await stop(gone);
  await close();
});

describe("packets", () => {
  test("a question that is too long fails at once and names the action", async () => {
    const { start, close } = cluster(nats.url);
    await start([echo]);
    const asker = await start();
    await asker.waitForServices(["echo"]);

    const error = await failing(asker.call("echo.say", { text: noise(2 * mostPacketBytes) }));

    expect(error).toMatchObject({ type: "PACKET_TOO_LARGE", data: { name: "echo.say" } });
    await close();
  });

  test("an answer that is too long fails for whoever waits, and names the action", async () => {
    const { start, close } = cluster(nats.url);
    await start([echo]);
    const asker = await start();
    await asker.waitForServices(["echo"]);

    const error = await failing(asker.call("echo.long", { bytes: 2 * mostPacketBytes }));

    expect(error).toMatchObject({ type: "PACKET_TOO_LARGE", data: { name: "echo.long" } });
    expect(error.message).toContain("echo.long");
    await close();
  });

  test("what is long and deflates well passes", async () => {
    const { start, close } = cluster(nats.url);
    await start([echo]);
    const asker = await start();
    await asker.waitForServices(["echo"]);
    const text = "so long, and thanks for all the fish. ".repeat(100_000);

    expect(await asker.call("echo.say", { text })).toEqual({ text });
    await close();
  });

  test("an event that is too long fails for whoever tells it", async () => {
    const { start, close } = cluster(nats.url);
    await start([{ name: "ear", events: { "echo.said": () => undefined } }]);
    const teller = await start();
    await teller.waitForServices(["ear"]);

    const error = await failing(
      teller.emit("echo.said", { text: noise(2 * mostPacketBytes) }, { throwError: true }),
    );

    expect(error).toMatchObject({ type: "PACKET_TOO_LARGE", data: { name: "echo.said" } });
    await close();
  });
});

/** What a server or a reader that ends or freezes without warning may not change. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import {
  admin,
  collector,
  lag,
  message,
  numbers,
  pause,
  type Sent,
  send,
} from "../channels/kit.ts";
import { type NatsServer, natsServer } from "../cluster/nats.ts";
import { until } from "../house/soon.ts";
import { type JetStreamHouse, makeJetStreamHouse } from "./channels-jetstream.house.ts";

const channel = "films.v1";
const group = "search";
const child = fileURLToPath(new URL("./channels-jetstream.child.ts", import.meta.url));

let nats: NatsServer;
let house: JetStreamHouse;
const readers: (() => Promise<void>)[] = [];
beforeAll(async () => {
  nats = await natsServer();
});
beforeEach(async () => {
  await nats.start();
  house = await makeJetStreamHouse(nats.url, {
    timeoutMs: 1_000,
    ackWaitMs: 1_500,
    leaseMs: 1_500,
  });
});
afterEach(async () => {
  for (const kill of readers.splice(0)) await kill();
  await house.close();
  await nats.kill();
});
afterAll(() => nats.close());

/** Sends as an outbox does: what was refused is sent again, with its id, until it is taken. */
const outbox = (node: Parameters<typeof send>[0], keys: number) => {
  const taken = new Set<string>();
  const failures: { type?: string; ms: number }[] = [];
  let running = true;
  let n = 0;
  const line = async () => {
    while (running) {
      const sent = message(n, { id: `m${n}`, key: `k${n % keys}` });
      n++;
      while (!taken.has(sent.id)) {
        const begun = performance.now();
        await send(node, channel, sent).then(
          () => taken.add(sent.id),
          ({ type }) => failures.push({ type, ms: performance.now() - begun }),
        );
      }
      await pause(1);
    }
  };
  const lines = numbers(20).map(line);
  const stop = async () => {
    running = false;
    await Promise.all(lines);
  };
  return { taken, failures, stop };
};

/** A handler that claims ids: what comes a second time has no effect. */
const claiming = () => {
  const effects = new Map<string, number>();
  let calls = 0;
  const handler = async ({ id }: Sent) => {
    calls++;
    await pause(1);
    if (!effects.has(id)) effects.set(id, (effects.get(id) ?? 0) + 1);
  };
  return { effects, handler, calls: () => calls };
};

test.each([false, true])(
  "what was acknowledged is handled although the server is killed twice (ordered: %s)",
  async (ordered) => {
    const { effects, handler } = claiming();
    const node = await house.node({ [channel]: { group, handler, ordered, maxInFlight: 50 } });
    const sending = outbox(node, 10);

    for (let round = 0; round < 2; round++) {
      await pause(700);
      await nats.kill();
      await pause(300);
      await nats.start();
    }
    await pause(700);
    await sending.stop();
    await until(() => effects.size >= sending.taken.size, "all are handled");

    expect(sending.taken.size).toBeGreaterThan(200);
    expect([...sending.taken].filter((id) => !effects.has(id))).toEqual([]);
    await until(async () => (await lag(node, channel)) === 0, "nothing is left");
  },
);

test("a frozen server fails what is sent in time, and all goes on when it thaws", async () => {
  const { effects, handler } = claiming();
  const node = await house.node({ [channel]: { group, handler, maxInFlight: 50 } });
  const sending = outbox(node, 10);
  await pause(500);

  nats.freeze();
  await pause(4_000);
  const whileFrozen = [...sending.failures];
  nats.thaw();
  await pause(500);
  await sending.stop();
  await until(() => effects.size >= sending.taken.size, "all are handled");

  expect(whileFrozen.length).toBeGreaterThan(20);
  for (const { type, ms } of whileFrozen) {
    expect(type).toBe("CHANNELS_AWAY");
    expect(ms).toBeLessThan(1_500);
  }
  expect([...sending.taken].filter((id) => !effects.has(id))).toEqual([]);
});

test("a server that is away refuses with a problem, and takes the same message later", async () => {
  const { got, listening } = collector(group);
  const node = await house.node({ [channel]: listening });
  const sent = message("late");
  await nats.kill();

  await expect(send(node, channel, sent)).rejects.toMatchObject({
    type: "CHANNELS_AWAY",
    code: 503,
  });
  await nats.start();
  await until(
    () =>
      send(node, channel, sent).then(
        () => true,
        () => false,
      ),
    "it is taken",
  );
  await until(() => got.length === 1, "it is there");

  expect(got).toEqual([sent]);
});

/** A reader in a process of its own; `lines` are what it has printed. */
const reader = async (ordered = false) => {
  const more = ordered ? ["ordered"] : [];
  const args = ["--disable-warning=ExperimentalWarning", child, nats.url, house.space];
  const running = spawn(process.execPath, [...args, channel, group, ...more], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const lines: string[] = [];
  let rest = "";
  running.stdout.setEncoding("utf8").on("data", (part) => {
    const all = `${rest}${part}`.split("\n");
    rest = all.pop() ?? "";
    lines.push(...all);
  });
  await until(() => lines.includes("ready"), "it is ready");
  const kill = async () => {
    const gone = once(running, "close");
    if (running.kill("SIGKILL")) await gone;
  };
  readers.push(kill);
  return { lines, kill, signal: (name: NodeJS.Signals) => running.kill(name) };
};

test("what a reader had in hand when it was killed goes to another", async () => {
  const { lines, kill } = await reader();
  const sender = await house.node({});
  await send(sender, channel, message("stay"));
  await until(() => lines.includes("begin stay"), "it is in hand");
  const tries: number[] = [];
  const handler = (_: Sent, raw: { attempts: number }) => void tries.push(raw.attempts);
  const node = await house.node({ [channel]: { group, handler } });
  await pause(100);
  const early = tries.length;

  await kill();
  await until(() => tries.length === 1, "it came to the other");

  expect(early).toBe(0);
  await until(async () => (await lag(node, channel)) === 0, "it is done");
});

test.each(["killed", "frozen"])("an order is kept when its reader is %s", async (fate) => {
  const first = await reader(true);
  const sender = await house.node({});
  const keys = 10;
  let sent = 0;
  let sending = true;
  const line = (async () => {
    while (sending) {
      await send(sender, channel, message(sent, { key: `k${sent % keys}` }));
      sent++;
    }
  })();
  await until(() => first.lines.length > 200, "it is in the middle");

  const second = await reader(true);
  await until(() => second.lines.length > 50, "the second one has its share");
  if (fate === "killed") await first.kill();
  else first.signal("SIGSTOP");
  await pause(300);
  sending = false;
  await line;
  const ended = (lines: string[]) =>
    lines.flatMap((it) => (it.startsWith("end ") ? [Number(it.slice(4))] : []));
  await until(
    () => new Set([...ended(first.lines), ...ended(second.lines)]).size === sent,
    "all are handled",
  );
  first.signal("SIGCONT");
  const before = first.lines.filter((it) => it.startsWith("begin ")).length;
  await pause(1_000);
  const after = first.lines.filter((it) => it.startsWith("begin ")).length;

  for (const { lines } of [first, second]) {
    for (let key = 0; key < keys; key++) {
      const own = ended(lines).filter((n) => n % keys === key);
      expect(own).toEqual(own.toSorted((a, b) => a - b));
    }
  }
  // What it had printed while it was frozen is none; a tick may have begun just before.
  expect(after - before).toBeLessThanOrEqual(1);
});

test("a message in which processes end again and again becomes a dead letter", async () => {
  const sender = await house.node({});
  await send(sender, channel, message("stay"));
  for (let round = 0; round < 3; round++) {
    const { lines, kill } = await reader();
    await until(() => lines.includes("begin stay"), "it is in hand");
    await kill();
  }

  const after = collector(group, { maxRetries: 1 });
  const node = await house.node({ [channel]: after.listening });
  await until(async () => (await admin(node).deadletters.count()) === 1, "it is dead");

  const [letter] = await admin(node).deadletters.list();
  expect(letter).toMatchObject({ attempts: 2, error: { name: "Interrupted" } });
  expect(after.got).toEqual([]);
});

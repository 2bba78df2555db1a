/** What a process that ends without warning, or a disk that takes nothing more, may not change. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { until } from "../house/soon.ts";
import { admin, collector, pause } from "./kit.ts";
import { type LogHouse, makeLogHouse } from "./log.house.ts";

const child = fileURLToPath(new URL("./log.child.ts", import.meta.url));
const channel = "films.v1";
const group = "search";

let house: LogHouse;
beforeEach(async () => {
  house = await makeLogHouse();
});
afterEach(() => house.close());

/** Runs the child until `enough` says so, kills it with SIGKILL, and answers what it printed. */
const killed = async (what: string, enough: (lines: string[]) => boolean): Promise<string[]> => {
  const running = spawn(process.execPath, [child, what, house.path, channel, group], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const ended = once(running, "exit");
  let text = "";
  running.stdout.setEncoding("utf8").on("data", (part) => {
    text += part;
    if (enough(text.split("\n"))) running.kill("SIGKILL");
  });
  await ended;
  return text.split("\n").slice(0, -1);
};

test("a message that was acknowledged is there after kill -9, and so is its id", async () => {
  const said = await killed("send", (lines) => lines.length > 200);
  const last = Number(said.at(-1));

  const { got, listening } = collector(group);
  const node = await house.node({ [channel]: listening });
  const again = await house.adapterOf(node).send(channel, [{ id: `m${last}`, key: "", data: 0 }]);
  await until(async () => (await admin(node).stats())[0]?.lag === 0, "all are handled");

  const data = got.map((it) => Number(it.data));
  expect(said.map(Number).every((n) => data.includes(n))).toBe(true);
  expect(data.length).toBeLessThanOrEqual(last + 2);
  expect(new Set(data).size).toBe(data.length);
  expect(again).toEqual([{ id: `m${last}`, duplicate: true }]);
});

test("what was being handled at kill -9 comes again, and counts as a try", async () => {
  const sender = await house.node({});
  const sent = [1, 2, 3, 4].map((n) => ({ id: `m${n}`, key: "", data: n }));
  await house.adapterOf(sender).send(channel, sent);
  await house.stop(sender);

  const said = await killed("listen", (lines) => lines.length > 3);
  const tries: [unknown, number][] = [];
  const handler = (it: { data: unknown }, raw: { attempts: number }) =>
    void tries.push([it.data, raw.attempts]);
  await house.node({ [channel]: { group, handler } });
  await until(() => tries.length >= 4, "all came");
  await pause(30);

  expect(said.map(Number).toSorted()).toEqual([1, 2, 3]);
  expect(tries.toSorted(([a], [b]) => Number(a) - Number(b))).toEqual([
    ...[1, 2, 3].map((n) => [n, 1]),
    [4, 0],
  ]);
});

test("a message during which processes end again and again becomes a dead letter", async () => {
  const sender = await house.node({});
  await house.adapterOf(sender).send(channel, [{ id: "poison", key: "", data: "poison" }]);
  await house.stop(sender);
  await killed("listen", (lines) => lines.length > 1);
  await killed("listen", (lines) => lines.length > 1);

  const after = collector(group, { maxRetries: 1 });
  const node = await house.node({ [channel]: after.listening });
  await until(async () => (await admin(node).deadletters.count()) === 1, "it is dead");

  const [letter] = await admin(node).deadletters.list();
  expect(letter).toMatchObject({ attempts: 2, error: { name: "Interrupted" } });
  expect(after.got).toEqual([]);
});

test("a full disk refuses the message, names the file, and keeps what was stored", async () => {
  const command = `trap '' XFSZ; ulimit -f 400; exec "$0" "$@"`;
  const args = ["-c", command, process.execPath, child, "send", house.path, channel, group];
  const running = spawn("bash", args, { stdio: ["ignore", "pipe", "inherit"] });
  let text = "";
  running.stdout.setEncoding("utf8").on("data", (part) => {
    text += part;
  });
  await once(running, "close");
  const said = text.split("\n").slice(0, -1);
  const stored = said.slice(0, -1).length;

  const { got, listening } = collector(group);
  await house.node({ [channel]: listening });
  await until(() => got.length >= stored, "all are handled");

  expect(running.exitCode).toBe(3);
  expect(said.at(-1)).toContain(`The channels' log ${house.path} cannot be used`);
  expect(said.at(-1)).toContain("has free space");
  expect(stored).toBeGreaterThan(10);
});

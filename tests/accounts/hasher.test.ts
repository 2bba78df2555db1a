import { execFileSync } from "node:child_process";
import { argon2Sync } from "node:crypto";
import { readFileSync } from "node:fs";
import { setTimeout as wait } from "node:timers/promises";
import { Hasher } from "../../mixins/passwords/hasher.ts";
import { encode } from "../../mixins/passwords/phc.ts";
import { until } from "../house/soon.ts";

const cost = { memoryKib: 8_192, passes: 1, parallelism: 1 };
const open: Hasher[] = [];
const hasher = (more: Partial<ConstructorParameters<typeof Hasher>[0]> = {}) => {
  const made = new Hasher({ cost, children: () => 1, queue: 10, ...more });
  open.push(made);
  return made;
};
afterEach(() => {
  for (const one of open.splice(0)) one.close();
});
const typeOf = (work: Promise<unknown>) =>
  work.then(
    () => "done",
    ({ type }) => type,
  );

test("knows a password again, and no other", async () => {
  const one = hasher();
  const text = await one.hash("velvet curtain");

  expect(await one.verify(text, "velvet curtain")).toBe(true);
  expect(await one.verify(text, "velvet curtains")).toBe(false);
  expect(await one.verify(undefined, "velvet curtain")).toBe(false);
  expect(one.hashes).toBe(4);
});

test("knows a hash of another cost, and that it is out of date", async () => {
  const text = await hasher().hash("velvet curtain");
  const dearer = hasher({ cost: { ...cost, passes: 2 } });

  expect(await dearer.verify(text, "velvet curtain")).toBe(true);
  expect(dearer.isOutdated(text)).toBe(true);
  expect(dearer.isOutdated(await dearer.hash("velvet curtain"))).toBe(false);
});

test("knows a hash that another implementation made", async () => {
  const [password, salt] = ["velvet curtain", Buffer.alloc(16, 7)];
  const { memoryKib: memory, passes, parallelism } = cost;
  const asked = { message: password, nonce: salt, memory, passes, parallelism, tagLength: 32 };
  const text = encode({ ...cost, salt, hash: argon2Sync("argon2id", asked) });

  expect(await hasher().verify(text, "velvet curtain")).toBe(true);
  expect(await hasher().verify(text, "velvet curtains")).toBe(false);
});

test("hashes at the lowest priority", async () => {
  const one = hasher();
  await one.hash("x");

  const nice = execFileSync("ps", ["-o", "ni=", "-p", String(one.pids[0])], { encoding: "utf8" });

  expect(nice.trim()).toBe("19");
});

test("a child that dies is replaced, and what it had in hand is done by another", async () => {
  const one = hasher();
  await one.hash("x");
  const [first] = one.pids;
  const work = Promise.all(Array.from({ length: 5 }, () => one.hash("x")));
  process.kill(first ?? 0, "SIGKILL");

  expect(await work).toHaveLength(5);
  expect(one.pids).not.toContain(first);
});

test("an idle child that dies is not missed", async () => {
  const one = hasher();
  await one.hash("x");
  process.kill(one.pids[0] ?? 0, "SIGKILL");
  await until(() => one.pids.length === 0);

  expect(await typeOf(one.hash("x"))).toBe("done");
});

test("more than the queue holds are told to come back", async () => {
  const one = hasher({ queue: 2 });

  const answers = await Promise.all(Array.from({ length: 10 }, () => typeOf(one.hash("x"))));

  expect(answers.filter((answer) => answer === "done")).toHaveLength(4);
  expect(answers.filter((answer) => answer === "HASHING_BUSY")).toHaveLength(6);
  expect(await typeOf(one.hash("x"))).toBe("done");
});

test("closing refuses what waits", async () => {
  const one = hasher();
  const work = [typeOf(one.hash("x")), typeOf(one.hash("y"))];
  one.close();

  expect(await Promise.all(work)).toEqual(["HASHING_BUSY", "HASHING_BUSY"]);
  expect(await typeOf(one.hash("z"))).toBe("HASHING_BUSY");
});

test("as many work as may just now, and all again once they may", async () => {
  let most = 2;
  const one = hasher({ children: () => most, queue: 100 });
  const all = () => Promise.all(Array.from({ length: 20 }, () => one.hash("x")));
  await all();
  const second = one.pids[1] ?? 0;
  process.kill(second, "SIGSTOP");

  most = 1;
  expect(await all()).toHaveLength(20);

  most = 2;
  const work = all();
  expect(await Promise.race([work, wait(300, "waiting")])).toBe("waiting");
  process.kill(second, "SIGCONT");
  expect(await work).toHaveLength(20);
});

/** CPU time that a process has used, in ms: proc(5), in ticks of 10 ms. */
const usedMs = (pid: number): number => {
  const fields = readFileSync(`/proc/${pid}/stat`, "utf8").split(") ")[1]?.split(" ") ?? [];
  return 10 * (Number(fields[11]) + Number(fields[12]));
};

test("rests behind each hash for as long as it took, while it is to", async () => {
  const one = hasher({ cost: { ...cost, passes: 2 }, rests: () => true, queue: 100 });
  await one.hash("x");
  const [pid = 0] = one.pids;
  const [begun, before] = [performance.now(), usedMs(pid)];

  await Promise.all(Array.from({ length: 20 }, () => one.hash("x")));

  // However busy the machine is: who rests for half of the time uses half of it at most, and some.
  expect(usedMs(pid) - before).toBeLessThan(0.75 * (performance.now() - begun));
});

test("where no descriptors are left it is told to come back, and nothing ends", () => {
  const script = new URL("hasher-poor.child.ts", import.meta.url).pathname;
  const poor = `ulimit -n 64; exec "${process.execPath}" --disable-warning=ExperimentalWarning "${script}"`;

  expect(execFileSync("sh", ["-c", poor], { encoding: "utf8" })).toBe(
    "HASHING_BUSY HASHING_BUSY done",
  );
});

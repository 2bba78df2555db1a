/** The bin as it is installed: launcher, built program, exit codes, signals, no warnings. */
import { spawn } from "node:child_process";
import { cp, mkdir, mkdtemp, readdir, rm, symlink } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { anImport, type FakeDoor, fakeDoor, importId, importing, token } from "./fake-door.ts";
import { root } from "./run.ts";

let place: string;
let bare: string;
let door: FakeDoor;

interface Ran {
  code: number | null;
  signal: NodeJS.Signals | null;
  stdout: string;
  stderr: string;
}

const env = () => ({ PATH: process.env.PATH, XDG_CONFIG_HOME: place, BIJOU_TOKEN: token });
const bin = (at: string) => join(at, "cli", "bijou.js");

const launch = (at: string, argv: string[], meet?: (pid: number) => void): Promise<Ran> =>
  run(process.execPath, [bin(at), ...argv], at, meet);

function run(
  program: string,
  argv: string[],
  cwd: string,
  meet?: (pid: number) => void,
): Promise<Ran> {
  return new Promise((done, failed) => {
    const child = spawn(program, argv, { env: env(), cwd });
    let [stdout, stderr] = ["", ""];
    child.stdout.on("data", (chunk) => {
      stdout += chunk;
    });
    child.stderr.on("data", (chunk) => {
      stderr += chunk;
    });
    child.on("error", failed);
    child.on("close", (code, signal) => done({ code, signal, stdout, stderr }));
    if (child.pid) meet?.(child.pid);
  });
}

const built = (at: string): Promise<void> =>
  new Promise((done, failed) => {
    const tsc = join(root, "node_modules", "typescript", "bin", "tsc");
    const argv = [tsc, "-p", join(root, "tsconfig.build.json"), "--outDir", join(at, "dist")];
    // What other folders get wrong is for `check` to say: the program is written in any case.
    spawn(process.execPath, argv, { stdio: "ignore" })
      .on("close", () => done())
      .on("error", failed);
  });

beforeAll(async () => {
  place = await mkdtemp(join(tmpdir(), "bijou-bin-"));
  bare = join(place, "bare");
  await mkdir(bare);
  for (const at of [place, bare]) {
    await cp(join(root, "cli", "bijou.js"), join(at, "cli", "bijou.js"));
    await cp(join(root, "package.json"), join(at, "package.json"));
  }
  await symlink(join(root, "node_modules"), join(place, "node_modules"));
  await built(place);
}, 120_000);
afterAll(() => rm(place, { recursive: true, force: true }));
beforeEach(async () => {
  door = await fakeDoor(importing([anImport({ status: "running", stage: "load" })]));
});
afterEach(() => door.close());

test("runs the built program and passes its exit code on", async () => {
  const version = await launch(place, ["--version"]);
  const wrong = await launch(place, ["flims"]);
  const nobody = await launch(place, ["nodes", "--url", "http://127.0.0.1:1"]);

  expect(version).toMatchObject({ code: 0, stderr: "" });
  expect(version.stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
  expect([wrong.code, nobody.code]).toEqual([2, 3]);
});

test("prints no warnings of Node, not even where SQLite is touched", async () => {
  const ran = await launch(place, ["doctor", "--json"]);

  expect(ran.stderr).toBe("");
  expect(JSON.parse(ran.stdout).checks.length).toBeGreaterThan(5);
});

test("a program that is not built says how to build it", async () => {
  const plain = await launch(bare, ["nodes"]);
  const json = await launch(bare, ["nodes", "--json"]);

  expect(plain.code).toBe(2);
  expect(plain.stderr).toMatch(/is not built.*\nnext: .*npm run build/);
  expect(JSON.parse(json.stdout).error.type).toBe("USAGE");
});

test("SIGTERM leaves the import running", async () => {
  const argv = ["imports", "show", importId, "--watch", "--url", door.url];

  const ran = await launch(place, argv, (pid) => {
    const timer = setInterval(() => {
      if (door.asked.length < 2) return;
      clearInterval(timer);
      process.kill(pid, "SIGTERM");
    }, 20);
  });

  expect(ran.code).toBe(143);
  expect(ran.stderr).toContain("goes on in the house");
});

test("a disk that takes no more leaves no half file", async () => {
  const path = `/v1/imports/${importId}/rejects`;
  door.answers[`GET ${path}`] = () => ({ body: "x".repeat(9_000), type: "application/x-ndjson" });
  const words = `imports rejects ${importId} --output rows --url ${door.url}`;

  // A block of 512 bytes is all that a file may have.
  const limited = `ulimit -f 1; '${process.execPath}' '${bin(place)}' ${words}`;
  const ran = await run("sh", ["-c", limited], place);

  expect(ran.code).toBe(2);
  expect(ran.stderr).toMatch(/rows cannot be written.*\nnext: {2}Free space/);
  expect((await readdir(place)).filter((name) => name.startsWith("rows"))).toEqual([]);
});

test("a reader of the output that goes away ends it quietly", async () => {
  const ran = await run("sh", ["-c", `'${process.execPath}' '${bin(place)}' --help | true`], place);

  expect(ran).toMatchObject({ code: 0, stderr: "" });
});

/** `npm run demo`: a house with real films in it, from an empty folder. */
import { spawn } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { freePort } from "../house/ports.ts";
import { root } from "./run.ts";

let home: string;
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), "bijou-demo-"));
});
afterEach(() => rm(home, { recursive: true, force: true }));

interface Demo {
  code: number | null;
  said: string;
  /** What the public door answered when the demo was open. */
  found: { total: number } | undefined;
}

/** Runs the demo until it invites, asks the public door once, then presses Ctrl-C. */
async function demo(ports: { PUBLIC_PORT: string; ADMIN_PORT: string }): Promise<Demo> {
  const base = { PATH: process.env.PATH, HOME: home, LOG_LEVEL: "error" };
  const env = { ...base, DATA_DIR: join(home, "data"), ...ports };
  const child = spawn(process.execPath, [join(root, "cli", "demo.ts")], { env, cwd: root });
  let said = "";
  let found: Demo["found"];
  const ask = async () => {
    const answer = await fetch(`http://127.0.0.1:${ports.PUBLIC_PORT}/v1/search?q=jurasic+park`);
    found = (await answer.json()) as Demo["found"];
    child.kill("SIGINT");
  };
  const hear = (chunk: Buffer) => {
    const before = said.includes("Ctrl-C closes");
    said += chunk;
    if (!before && said.includes("Ctrl-C closes")) void ask();
  };
  child.stdout.on("data", hear);
  child.stderr.on("data", hear);
  const code = await new Promise<number | null>((done) => child.on("close", done));
  return { code, said, found };
}

test("brings the films in once, and finds them with a typing mistake", async () => {
  const ports = { PUBLIC_PORT: `${await freePort()}`, ADMIN_PORT: `${await freePort()}` };

  const first = await demo(ports);
  const second = await demo(ports);

  expect(first.said).toMatch(/3,[12]\d\d films were imported/);
  expect(first.found?.total).toBeGreaterThan(0);
  expect(second.said).toContain("There are films already");
  expect([first.code, second.code]).toEqual([0, 0]);
}, 120_000);

import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { variables } from "../../config/environment.ts";

const root = new URL("../..", import.meta.url).pathname;
const folder = await mkdtemp(join(tmpdir(), "bijou-config-"));
afterAll(() => rm(folder, { recursive: true }));

/** Runs TypeScript in a process of its own. */
const run = (code: string, env: Record<string, string> = {}) =>
  new Promise<{ code: number; out: string; err: string }>((resolve) => {
    execFile(
      process.execPath,
      ["--disable-warning=ExperimentalWarning", "--input-type=module-typescript", "-e", code],
      { cwd: root, env: { PATH: process.env.PATH ?? "", ...env } },
      (error, out, err) => resolve({ code: error ? Number(error.code) : 0, out, err }),
    );
  });
const config = (file: string) => JSON.stringify(join(root, "config", file));

test(".env.example names every variable with its default, and no other", async () => {
  const text = await readFile(join(root, ".env.example"), "utf8");
  const written = Object.fromEntries(
    text
      .split("\n")
      .flatMap((line) => (/^[A-Z]/.test(line) ? [line.split("=") as [string, string]] : [])),
  );

  const known = Object.entries(Object.assign({}, ...Object.values(variables))) as [string, never][];
  expect(Object.keys(written).toSorted()).toEqual(known.map(([name]) => name).toSorted());
  const { out } = await run(
    `import { env } from ${config("env.ts")}; const e = Object.assign({}, ...Object.values(env)); console.log(JSON.stringify(e));`,
  );
  const defaults = JSON.parse(out);
  for (const [name, value] of Object.entries(written)) {
    if (value === "" || name === "DATA_DIR") continue;
    expect(`${name}=${defaults[name]}`).toBe(`${name}=${value}`);
  }
});

test("a node with a wrong configuration lists all mistakes and exits with 78", async () => {
  const env = { PUBLIC_PORT: "x", LOG_LEVEL: "loud", SERVICES: "cinema" };

  const { code, err } = await run(`import ${config("env.ts")};`, env);

  expect(code).toBe(78);
  expect(err).toContain('PUBLIC_PORT="x": expected a port');
  expect(err).toContain('LOG_LEVEL="loud": expected');
  expect(err).toContain('SERVICES="cinema": expected a context or an actor');
});

describe("the data folder", () => {
  const hold = (dir: string, rest = "") =>
    `import { holdDataFolder } from ${config("data-folder.ts")};
     try { holdDataFolder(${JSON.stringify(dir)}${rest}); console.log("held"); }
     catch (e) { console.log(e.message); process.exit(1); }`;

  test("is held by one process, and a second is told which", async () => {
    const dir = join(folder, "held");
    const code = `${hold(dir)} setInterval(() => 0, 1000);`;
    const first = spawn(process.execPath, ["--input-type=module-typescript", "-e", code], {
      cwd: root,
    });
    await once(first.stdout, "data");

    const second = await run(hold(dir));

    expect(second.out).toContain(
      `is in use by the process ${first.pid}. Set another DATA_DIR for this one; or stop that one (kill ${first.pid})`,
    );
    first.kill("SIGKILL");
    await once(first, "exit");
    expect((await run(hold(dir))).out).toBe("held\n");
  });

  test("of a newer format is refused, of an older one migrated step by step", async () => {
    const dir = join(folder, "format");
    await run(hold(dir));
    const format = async (n: number) =>
      writeFile(join(dir, "format.json"), JSON.stringify({ format: n }));

    await format(9);
    const newer = await run(hold(dir));
    await format(1);
    const steps = ", 3, { 1: () => console.log('1 to 2'), 2: () => console.log('2 to 3') }";
    const older = await run(hold(dir, steps));

    expect(newer.out).toContain("written by a newer Bijou (data format 9, this one knows 1)");
    expect(older.out).toBe("1 to 2\n2 to 3\nheld\n");
    expect(JSON.parse(await readFile(join(dir, "format.json"), "utf8"))).toEqual({ format: 3 });
  });

  test("that is a file is refused with what to do", async () => {
    const file = join(folder, "file");
    await writeFile(file, "x");

    expect((await run(hold(file))).out).toMatch(
      /DATA_DIR .* cannot be used: .*set another DATA_DIR/,
    );
  });

  test("keeps a secret for its owner's eyes, the same at every start", async () => {
    const dir = join(folder, "secrets");
    const code = `import { operatorToken } from ${config("secrets.ts")}; console.log(operatorToken());`;

    const [one, two] = [await run(code, { DATA_DIR: dir }), await run(code, { DATA_DIR: dir })];

    expect(one.out).toMatch(/^[\w-]{43}\n$/);
    expect(two.out).toBe(one.out);
    expect((await stat(join(dir, "secrets/operator-token"))).mode & 0o777).toBe(0o600);
  });
});

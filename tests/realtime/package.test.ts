/** The package as others use it: its typed client, and the contracts that it is typed by. */
import { execFileSync, spawnSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../..", import.meta.url));
const tsc = join(root, "node_modules/typescript/bin/tsc");
const folder = mkdtempSync(join(tmpdir(), "bijou-consumer-"));
const at = (...path: string[]) => join(folder, ...path);

const consumer = `
import { type Client, connect, type Entry, Refused } from "bijou/client";
import { get } from "bijou/contracts/catalog/films";

const client: Client = connect({ url: process.argv[2] ?? "", timeoutMs: 100 });
try {
  const film = await client.ask(get, { id: "0192f3a0-7c1e-7b60-9d55-3a1c0f7e2b11" });
  const title: string = film.title;
  // @ts-expect-error A film has no such field.
  const wrong: string = film.headline;
  // @ts-expect-error Nor may one ask by another name.
  await client.ask(get, { film: title });
  client.stream({ since: 7 }, (entry: Entry) => void [entry.cursor, wrong]);
} catch (error) {
  console.log(error instanceof Refused ? error.type : "no answer");
} finally {
  client.close();
}
`;

beforeAll(() => {
  const home = at("node_modules/bijou");
  mkdirSync(join(home, "dist"), { recursive: true });
  cpSync(join(root, "package.json"), join(home, "package.json"));
  const built = ["-p", join(root, "tsconfig.build.json"), "--outDir", join(home, "dist")];
  execFileSync(process.execPath, [tsc, ...built], { cwd: root });
  for (const name of ["zod", "socket.io-client", "@types"]) {
    symlinkSync(join(root, "node_modules", name), at("node_modules", name));
  }
  writeFileSync(at("package.json"), JSON.stringify({ type: "module" }));
  writeFileSync(at("consumer.ts"), consumer);
  const options = { module: "nodenext", target: "es2024", strict: true, types: ["node"] };
  writeFileSync(at("tsconfig.json"), JSON.stringify({ compilerOptions: options }));
}, 60_000);
afterAll(() => rmSync(folder, { recursive: true }));

test("a consumer compiles against its types, and is told what is wrong", () => {
  const { stdout, status } = spawnSync(process.execPath, [tsc, "-p", folder], {
    cwd: folder,
    encoding: "utf8",
  });

  expect(stdout).toBe("");
  expect(status).toBe(0);
}, 60_000);

test("and runs", () => {
  const { stdout, stderr } = spawnSync(
    process.execPath,
    [at("consumer.js"), "http://127.0.0.1:9"],
    { cwd: folder, encoding: "utf8", timeout: 20_000 },
  );

  expect([stdout.trim(), stderr]).toEqual(["no answer", ""]);
}, 30_000);

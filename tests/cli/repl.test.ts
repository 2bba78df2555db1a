/** `npm run repl`: the whole house, with commands of our own. */
import { spawn } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { root } from "./run.ts";

let home: string;
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), "bijou-repl-"));
});
afterEach(() => rm(home, { recursive: true, force: true }));

/** Types each line when the prompt is there, then ends the input. */
function typed(lines: string[]): Promise<{ code: number | null; said: string }> {
  const ports = { PUBLIC_PORT: "0", ADMIN_PORT: "0", SELLER_PORT: "0", LOGISTICS_PORT: "0" };
  const doors = { ...ports, NODE_PORT: "0", DATA_DIR: join(home, "data") };
  const env = { PATH: process.env.PATH, HOME: home, LOG_LEVEL: "error", ...doors };
  return new Promise((done, failed) => {
    const child = spawn(process.execPath, [join(root, "cli", "repl.ts")], { env, cwd: root });
    let said = "";
    let prompts = 0;
    child.stdout.on("data", (chunk) => {
      said += chunk;
      for (; prompts < said.split("bijou $").length - 1; prompts++) {
        const line = lines[prompts];
        if (line === undefined) child.stdin.end();
        else child.stdin.write(`${line}\n`);
      }
    });
    child.on("error", failed);
    child.on("close", (code) => done({ code, said }));
  });
}

test("lists contracts, prints their JSON Schema, and finds films", async () => {
  const { code, said } = await typed(["contracts", "contracts films.get", "films zzz", "imports"]);

  expect(code).toBe(0);
  expect(said).toMatch(/films\.get +One film\./);
  expect(said).toContain('"$schema": "https://json-schema.org/draft/2020-12/schema"');
  expect(said).toContain("No film was found.");
});

test("says what it does not know", async () => {
  const { said } = await typed(["contracts nothing"]);

  expect(said).toContain("There is no contract nothing. See: contracts");
});

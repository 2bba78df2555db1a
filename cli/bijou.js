#!/usr/bin/env node
// The package's bin: finds a Node that is new enough and the built program, and gets out of the way.
// Plain JavaScript that old Nodes read too, without dependencies.
import { spawn } from "node:child_process";
import { existsSync, realpathSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

const self = realpathSync(fileURLToPath(import.meta.url));
const root = dirname(dirname(self));
const program = join(root, "dist", "cli", "main.js");
const json = process.argv.includes("--json");

function refuse(title, next) {
  const error = { type: "USAGE", title, next };
  if (json) process.stdout.write(`${JSON.stringify({ error }, null, 2)}\n`);
  else process.stderr.write(`error: ${title}\nnext:  ${next}\n`);
  process.exitCode = 2;
}

const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
const isNew = major > 24 || (major === 24 && minor >= 16);

/** The Node that came with the package, when it is there. */
const own = ["node_modules/.bin/node", "node_modules/node/bin/node"]
  .map((path) => join(root, path))
  .find((path) => existsSync(path));

function handOver(node) {
  const child = spawn(node, [self, ...process.argv.slice(2)], {
    stdio: "inherit",
    env: { ...process.env, BIJOU_RELAUNCHED: "1" },
  });
  const signals = ["SIGINT", "SIGTERM", "SIGHUP"];
  const pass = (signal) => child.kill(signal);
  for (const signal of signals) process.on(signal, pass);
  child.on("error", (error) =>
    refuse(`${node} does not start: ${error.message}.`, "Install Node 24, or npm ci again."),
  );
  child.on("exit", (code, signal) => {
    for (const one of signals) process.off(one, pass);
    if (signal) process.kill(process.pid, signal);
    else process.exitCode = code ?? 4;
  });
}

async function run() {
  // Experimental parts of Node are our choice, not the operator's worry.
  process.removeAllListeners("warning");
  process.stdout.on("error", (error) => process.exit(error.code === "EPIPE" ? 0 : 4));
  const { main } = await import(pathToFileURL(program).href);
  const code = await main({
    argv: process.argv.slice(2),
    env: process.env,
    cwd: process.cwd(),
    root,
    stdin: process.stdin,
    stdout: process.stdout,
    stderr: process.stderr,
    onSignal(heard) {
      const listeners = ["SIGINT", "SIGTERM"].map((name) => [name, () => heard(name)]);
      for (const [name, listener] of listeners) process.on(name, listener);
      return () => {
        for (const [name, listener] of listeners) process.off(name, listener);
      };
    },
  });
  // What is written is out before we go; a socket kept alive does not hold us.
  process.stdout.write("", () => process.exit(code));
}

if (!isNew && own && !process.env.BIJOU_RELAUNCHED) handOver(own);
else if (!isNew) {
  refuse(
    `bijou needs Node 24.16 or newer; this is ${process.versions.node}.`,
    `Install Node 24, or run \`npm ci\` in ${root}: it brings one.`,
  );
} else if (!existsSync(program)) {
  refuse(`bijou is not built: ${program} is missing.`, `Run \`npm run build\` in ${root}.`);
} else await run();

/**
 * A house with something in it: starts the whole house, brings in the 3,201 films of the npm package
 * `vega-datasets` (real and dirty) unless there are films already, and says what to try.
 */
import { spawn } from "node:child_process";
import { createReadStream } from "node:fs";
import { readFile, stat } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { env } from "../config/env.ts";
import { list as filmsList } from "../services/catalog/films.contract.ts";
import { Mapping } from "../services/catalog/import.contract.ts";
import { start } from "../services/catalog/imports.contract.ts";
import { type Client, createClient } from "./client.ts";
import { failureOf } from "./failure.ts";
import { follow } from "./follow.ts";
import { send } from "./http.ts";
import { errorText } from "./output.ts";
import { count } from "./progress.ts";
import { resolveSettings } from "./settings.ts";

const root = dirname(import.meta.dirname);
const require = createRequire(import.meta.url);
const { PUBLIC_HOST, PUBLIC_PORT, ADMIN_HOST, ADMIN_PORT, ADMIN_TOKEN } = env.gateway;

const plain = (_style: unknown, text: string): string => text;
const say = (text: string): void => {
  process.stdout.write(`${text}\n`);
};
const publicDoor = `http://${PUBLIC_HOST}:${PUBLIC_PORT}`;

const answers = (path: string): Promise<boolean> =>
  send(new URL(path, publicDoor), { method: "GET", headers: {}, idleMs: 2_000 }).then(
    (response) => {
      response.resume();
      return response.statusCode === 200;
    },
    () => false,
  );

async function admin(): Promise<Client> {
  const known = { DATA_DIR: env.house.DATA_DIR, ADMIN_TOKEN };
  const url = `http://${ADMIN_HOST}:${ADMIN_PORT}`;
  return createClient(await resolveSettings({ env: known, cwd: root, root }, { url }));
}

async function bringFilms(client: Client, signal: AbortSignal): Promise<void> {
  const { items } = await client.ask(filmsList, { limit: 1 });
  if (items.length > 0) return say("There are films already: nothing was imported.");
  const path = require.resolve("vega-datasets/data/movies.json");
  const text = await readFile(join(import.meta.dirname, "demo-mapping.json"), "utf8");
  const { size } = await stat(path);
  const body = createReadStream(path);
  const { object } = await client.upload({ name: "movies.json", body, size, signal });
  const { id } = await client.ask(start, {
    source: "table",
    files: [{ name: "movies.json", object }],
    options: { mapping: Mapping.parse(JSON.parse(text)) },
  });
  const silent = { seen() {}, lost() {} };
  const done = await follow(client, id, silent, signal);
  if (done.status !== "done") throw new Error(`The import ended as ${done.status}: ${done.error}`);
  say(`${count(done.loaded)} films were imported, ${count(done.rejected)} rows were rejected.`);
}

const invitation = () => `
The demo house is open. Try, in another terminal:

  curl '${publicDoor}/v1/search?q=jurasic+park'     typing mistakes are allowed
  curl '${publicDoor}/v1/films?genre=western&sort=year'
  open ${publicDoor}/docs                           what else it can be asked

  npx bijou films search titanic
  npx bijou imports list
  npx bijou services

Ctrl-C closes the house; its films stay in ${env.house.DATA_DIR}.
`;

async function run(): Promise<void> {
  if (await answers("/livez")) {
    say(`error: A house is open at ${publicDoor} already.`);
    say("next:  Stop it, or set PUBLIC_PORT, ADMIN_PORT and DATA_DIR for this one.");
    process.exitCode = 1;
    return;
  }
  const runner = join(
    dirname(require.resolve("moleculer/package.json")),
    "bin/moleculer-runner.mjs",
  );
  const house = spawn(process.execPath, [runner, "--config", "moleculer.config.ts"], {
    cwd: root,
    stdio: "inherit",
  });
  const closed = new AbortController();
  house.on("exit", (code, signal) => {
    process.exitCode ??= code ?? (signal === "SIGINT" ? 130 : 1);
    closed.abort(new Error("the house closed"));
  });
  // Ctrl-C reaches the house by itself: here it is only waited for.
  process.on("SIGINT", () => {});
  process.on("SIGTERM", () => house.kill("SIGTERM"));
  try {
    while (!(await answers("/readyz"))) await sleep(200, undefined, { signal: closed.signal });
    await bringFilms(await admin(), closed.signal);
    say(invitation());
  } catch (error) {
    if (closed.signal.aborted) return;
    const failure = failureOf(error);
    process.stderr.write(`${errorText(failure, plain)}\n`);
    process.exitCode = failure.exit;
    house.kill("SIGTERM");
  }
}

await run();

/**
 * A house with something in it: starts the whole house, brings in the 3,201 films of the npm package
 * `vega-datasets` (real and dirty) unless there are films already, and says what to try.
 */
import { createReadStream } from "node:fs";
import { readFile, stat } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { env } from "../config/env.ts";
import { list as filmsList } from "../services/catalog/films.contract.ts";
import { Mapping } from "../services/imports/import.contract.ts";
import { receive, start } from "../services/imports/imports.contract.ts";
import { type Client, createClient } from "./client.ts";
import { failureOf } from "./failure.ts";
import { follow } from "./follow.ts";
import { wholeHouse } from "./house.ts";
import { errorText } from "./output.ts";
import { count } from "./progress.ts";
import { resolveSettings } from "./settings.ts";

const root = dirname(import.meta.dirname);
const { PUBLIC_HOST, PUBLIC_PORT, ADMIN_HOST, ADMIN_PORT, ADMIN_TOKEN } = env.gateway;

const plain = (_style: unknown, text: string): string => text;
const say = (text: string): void => {
  process.stdout.write(`${text}\n`);
};
const publicDoor = `http://${PUBLIC_HOST}:${PUBLIC_PORT}`;

async function admin(): Promise<Client> {
  const known = { DATA_DIR: env.house.DATA_DIR, ADMIN_TOKEN };
  const url = `http://${ADMIN_HOST}:${ADMIN_PORT}`;
  return createClient(await resolveSettings({ env: known, cwd: root, root }, { url }));
}

async function bringFilms(client: Client): Promise<void> {
  const { items } = await client.ask(filmsList, { limit: 1 });
  if (items.length > 0) return say("There are films already: nothing was imported.");
  const { signal } = new AbortController();
  const movies = fileURLToPath(
    new URL("../data/movies.json", import.meta.resolve("vega-datasets")),
  );
  const text = await readFile(join(import.meta.dirname, "demo-mapping.json"), "utf8");
  const { size } = await stat(movies);
  const body = createReadStream(movies);
  const { object } = await client.upload(receive, { name: "movies.json" }, { body, size, signal });
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
  const house = await wholeHouse();
  try {
    await house.start();
    await bringFilms(await admin());
    say(invitation());
  } catch (error) {
    const failure = failureOf(error);
    process.stderr.write(`${errorText(failure, plain)}\n`);
    await house.stop();
    process.exit(failure.exit);
  }
}

await run();

import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ask, type House, startHouse } from "./process.ts";

const root = join(import.meta.dirname, "../..");
const folder = await mkdtemp(join(tmpdir(), "bijou-start-"));
afterAll(() => rm(folder, { recursive: true }));

interface Services {
  items: { name: string; actions: { name: string; callable: boolean }[] }[];
}

/** Starts a node that cannot start. */
const refused = (env: Record<string, string>) =>
  new Promise<{ code: unknown; said: string }>((resolve) => {
    execFile("npm", ["start"], { cwd: root, env: { ...process.env, ...env } }, (error, out, err) =>
      resolve({ code: error?.code, said: out + err }),
    );
  });

describe("a node", () => {
  let house: House;
  beforeAll(async () => {
    house = await startHouse(join(folder, "all"));
  });
  afterAll(() => house.stop());

  test("says where its doors are, and both are ready", async () => {
    for (const url of [house.publicUrl, house.adminUrl]) {
      expect((await fetch(`${url}/readyz`)).status).toBe(200);
    }
  });

  test("runs every actor of the catalogue and tells what each can be asked", async () => {
    const { items } = await ask<Services>(house, "GET", "/v1/services");

    const names = items.map(({ name }) => name);
    expect(names).toEqual(expect.arrayContaining(["films", "imports", "people", "search"]));
    const films = items.find(({ name }) => name === "films")?.actions ?? [];
    expect(films).toContainEqual(expect.objectContaining({ name: "films.get", callable: true }));
    expect(films).toContainEqual(
      expect.objectContaining({ name: "films.absorb", callable: false }),
    );
  });

  test("holds its data folder against a second one, which says whose it is and exits with 78", async () => {
    const { code, said } = await refused({ DATA_DIR: join(folder, "all"), PUBLIC_PORT: "0" });

    expect(said).toContain(`is in use by the process ${house.child.pid}`);
    expect(code).toBe(78);
  });

  test("whose port is taken says which variable moves it", async () => {
    const { port } = new URL(house.publicUrl);
    const asked = { DATA_DIR: join(folder, "another"), PUBLIC_PORT: port, ADMIN_PORT: "0" };

    const { code, said } = await refused(asked);

    expect(said).toContain("Set PUBLIC_PORT to another one");
    expect(code).not.toBe(0);
  });
});

test("SERVICES starts one context without doors, which stays and stops when it is told to", async () => {
  const child = spawn("npm", ["start"], {
    cwd: root,
    env: {
      ...process.env,
      DATA_DIR: join(folder, "some"),
      SERVICES: "catalog/search,catalog/films",
    },
    stdio: ["ignore", "pipe", "inherit"],
    detached: true,
  });
  let text = "";
  child.stdout.on("data", (chunk) => {
    text += chunk;
  });
  while (!text.includes("started successfully")) await once(child.stdout, "data");
  await new Promise((resolve) => setTimeout(resolve, 500));
  const stillThere = child.exitCode === null;

  const gone = once(child, "exit");
  process.kill(-(child.pid ?? 0), "SIGTERM");
  await gone;

  expect(text).toMatch(/Bijou is open: 2 actors/);
  expect(stillThere).toBe(true);
});

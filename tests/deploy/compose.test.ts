/** What the containers are said to be, held against what the house is and reads. */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parse } from "yaml";
import { allActors } from "../../config/actors.ts";
import { variables } from "../../config/environment.ts";

interface Container {
  image?: string;
  environment?: Record<string, string>;
  healthcheck?: object;
  profiles?: string[];
  volumes?: string[];
  deploy?: { resources?: { limits?: { cpus?: string; memory?: string } } };
}
const root = fileURLToPath(new URL("../..", import.meta.url));
const text = await readFile(join(root, "docker-compose.yml"), "utf8");
const { services, volumes } = parse(text, { merge: true }) as {
  services: Record<string, Container>;
  volumes: Record<string, null>;
};
const all = Object.entries(services);
const house = all.filter(([, { profiles }]) => profiles?.includes("house"));

test("every context has a container of its name, and no other has one", () => {
  const contexts = new Set([...allActors().keys()].map((actor) => actor.split("/")[0]));

  expect(house.map(([name]) => name).toSorted()).toEqual([...contexts].toSorted());
  for (const [name, { environment }] of house) expect(environment?.SERVICES).toBe(name);
});

test("a container is told nothing that the house does not read", () => {
  const known = new Set(Object.values(variables).flatMap((group) => Object.keys(group)));

  const unknown = house.flatMap(([name, { environment }]) =>
    Object.keys(environment ?? {}).flatMap((key) => (known.has(key) ? [] : `${name}: ${key}`)),
  );

  expect(unknown).toEqual([]);
});

test("no password stands in the file, and none has a default", () => {
  const secrets = /(\w*(?:PASSWORD|SECRET|TOKEN|KEY)\w*)(:-|-)[^}]*}/g;

  expect([...text.matchAll(secrets)].map(([found]) => found)).toEqual([]);
  for (const [, { environment }] of all) {
    for (const [key, value] of Object.entries(environment ?? {})) {
      if (/PASSWORD|SECRET|TOKEN|REDISCLI_AUTH|MONGO_KEY/.test(key))
        expect(value).toMatch(/^\$\{\w+:\?/);
      if (key.endsWith("_URL") && value.includes("@")) expect(value).toMatch(/:\$\{\w+:\?[^}]*}@/);
    }
  }
});

test.each(all)("%s has limits, a check of its health, and keeps what it writes", (name, one) => {
  const { cpus, memory } = one.deploy?.resources?.limits ?? {};
  const kept = (one.volumes ?? []).map((volume) => volume.split(":")[0] ?? "");

  expect(Number(cpus)).toBeGreaterThan(0);
  expect(memory).toMatch(/^\d+[MG]$/);
  // The house's image brings its own check; the bucket's container ends when it is made.
  if (one.image?.startsWith("bijou:") !== true && name !== "bucket") {
    expect(one.healthcheck).toBeDefined();
  }
  for (const volume of kept) expect(Object.keys(volumes)).toContain(volume);
});

test("the image runs the build, as nobody of importance, and says how it is", async () => {
  const image = await readFile(join(root, "Dockerfile"), "utf8");
  const final = image.slice(image.lastIndexOf("\nFROM"));

  expect(final).toMatch(/\nUSER \d+:\d+\n/);
  expect(final).toContain("HEALTHCHECK");
  expect(final).toContain("dist/moleculer.config.js");
});

/**
 * The engines in containers: `up` makes their passwords once, starts them and says the variables by
 * which the house finds them; `up house` also starts a container for each context; `down` stops all,
 * `down --volumes` forgets their data too; `status` lists them. Needs Docker with its compose plugin.
 */
import { spawnSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
const file = join(root, ".env.infra");
const names = [
  "HOUSE_SECRET",
  "ADMIN_TOKEN",
  "NATS_PASSWORD",
  "POSTGRES_PASSWORD",
  "MONGO_PASSWORD",
  "MONGO_KEY",
  "REDIS_PASSWORD",
  "ELASTIC_PASSWORD",
  "S3_SECRET_KEY",
];
const usage = "usage: npm run infra:up [-- house] | infra:down [-- --volumes] | infra:status";

const say = (text: string) => process.stderr.write(`${text}\n`);

function fail(text: string, code = 1): never {
  say(text);
  process.exit(code);
}

/** The passwords: made by chance where they are not yet, readable by their owner only. */
function passwords(): Map<string, string> {
  const text = existsSync(file) ? readFileSync(file, "utf8") : "";
  const known = new Map(
    text.split("\n").flatMap((line): [string, string][] => {
      const at = line.indexOf("=");
      return at > 0 && !line.startsWith("#") ? [[line.slice(0, at), line.slice(at + 1)]] : [];
    }),
  );
  const missing = names.filter((name) => !known.get(name));
  for (const name of missing) known.set(name, randomBytes(24).toString("hex"));
  if (missing.length > 0) {
    const lines = [...known].map(([name, value]) => `${name}=${value}\n`);
    writeFileSync(file, lines.join(""), { mode: 0o600 });
    say(`Made ${missing.length} passwords in .env.infra: keep it as long as the volumes.`);
  }
  return known;
}

function mustHaveDocker(): void {
  const { status } = spawnSync("docker", ["compose", "version"], { stdio: "ignore" });
  if (status === 0) return;
  fail(
    "Docker with its compose plugin is not here: install both, or start the engines otherwise and " +
      "set their URLs (.env.example).",
  );
}

function compose(...args: string[]): number {
  const command = ["compose", "--env-file", file, ...args];
  return spawnSync("docker", command, { cwd: root, stdio: "inherit" }).status ?? 1;
}

/** What to export so that a house outside of the containers finds the engines. */
function variables(of: Map<string, string>): string {
  const at = (name: string, preset: number) => `127.0.0.1:${of.get(name) ?? preset}`;
  const own = (name: string) => of.get(name) ?? "";
  const mongo = at("MONGO_PORT", 27017);
  return [
    `NATS_URL=nats://bijou:${own("NATS_PASSWORD")}@${at("NATS_PORT", 4222)}`,
    `POSTGRES_URL=postgres://bijou:${own("POSTGRES_PASSWORD")}@${at("POSTGRES_PORT", 5432)}/bijou`,
    `MONGO_URL='mongodb://bijou:${own("MONGO_PASSWORD")}@${mongo}/bijou?authSource=admin&directConnection=true'`,
    "DOCUMENTS=postgres",
    `REDIS_URL=redis://:${own("REDIS_PASSWORD")}@${at("REDIS_PORT", 6379)}/0`,
    `REDIS_STORE_URL=redis://:${own("REDIS_PASSWORD")}@${at("REDIS_STORE_PORT", 6380)}/0`,
    `ELASTIC_URL=http://elastic:${own("ELASTIC_PASSWORD")}@${at("ELASTIC_PORT", 9200)}`,
    `S3_ENDPOINT=http://${at("S3_PORT", 9000)}`,
    "S3_REGION=us-east-1",
    "S3_BUCKET=bijou",
    "S3_ACCESS_KEY=bijou",
    `S3_SECRET_KEY=${own("S3_SECRET_KEY")}`,
    `HOUSE_SECRET=${own("HOUSE_SECRET")}`,
    `ADMIN_TOKEN=${own("ADMIN_TOKEN")}`,
  ]
    .map((line) => `export ${line}\n`)
    .join("");
}

const [verb, ...rest] = process.argv.slice(2);
if (!["up", "down", "status"].includes(verb ?? "")) fail(usage, 2);
mustHaveDocker();
const engines = ["nats", "postgres", "mongo", "redis", "redis-store", "elasticsearch", "minio"];

if (verb === "up") {
  const isHouse = rest[0] === "house";
  if (rest.length > (isHouse ? 1 : 0)) fail(usage, 2);
  const known = passwords();
  const all = isHouse ? ["--profile", "house", "up", "--build"] : ["up"];
  const what = isHouse ? [] : engines;
  if (compose(...all, "--detach", "--wait", ...what) !== 0) {
    fail("Not everything started: see `npm run infra:status` and `docker compose logs`.");
  }
  if (!isHouse && compose("run", "--rm", "bucket") !== 0) fail("The bucket could not be made.");
  process.stdout.write(variables(known));
} else if (verb === "down") {
  if (rest.some((word) => word !== "--volumes")) fail(usage, 2);
  passwords();
  process.exit(compose("--profile", "house", "down", ...rest));
} else {
  passwords();
  process.exit(compose("--profile", "house", "ps", "--all"));
}

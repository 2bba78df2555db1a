/** Houses that move, each in a process of its own, and `bijou` before them. */
import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { bijou } from "../cli/run.ts";
import { type House, startHouse } from "../house/process.ts";
import { until } from "../house/soon.ts";

const folders: string[] = [];
const open = new Set<House>();

export async function closeAll(): Promise<void> {
  for (const house of open) {
    const { exitCode, signalCode } = house.child;
    if (exitCode === null && signalCode === null) await house.stop();
  }
  open.clear();
  for (const folder of folders.splice(0)) await rm(folder, { recursive: true, force: true });
}

export async function folderFor(name: string): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), `bijou-${name}-`));
  folders.push(folder);
  return folder;
}

/** Nothing of what the environment names but what is told: an embedded house. */
const embedded = {
  NATS_URL: "",
  REDIS_URL: "",
  REDIS_STORE_URL: "",
  MONGO_URL: "",
  POSTGRES_URL: "",
  ELASTIC_URL: "",
  S3_ENDPOINT: "",
  S3_REGION: "",
  S3_ACCESS_KEY: "",
  S3_SECRET_KEY: "",
  S3_BUCKET: "",
  // Backups are compared: nothing is to be anchored between two.
  AUDIT_ANCHOR_SECONDS: "86400",
};

export interface Moving extends House {
  folder: string;
  /** Runs `bijou` before this house, answers with --json. */
  bijou(...argv: string[]): ReturnType<typeof bijou>;
  close(): Promise<void>;
}

/** @param env in place of the embedded engines */
export async function openHouse(
  env: Record<string, string> = {},
  folder?: string,
): Promise<Moving> {
  const at = folder ?? (await folderFor("moving"));
  const house = await startHouse(at, { ...embedded, ...env });
  open.add(house);
  const here = { cwd: at, env: { BIJOU_TOKEN: house.token }, close: async () => {} };
  return {
    ...house,
    folder: at,
    bijou: (...argv) => bijou(here, [...argv, "--json", "--url", house.adminUrl]),
    close: async () => {
      open.delete(house);
      await house.stop();
    },
  };
}

/** Asks the admin door as the operator, or another as nobody. */
export async function asked<T>(
  house: House,
  method: string,
  path: string,
  body?: unknown,
  door?: string,
) {
  const operator = { authorization: `Bearer ${house.token}` };
  const answer = await fetch(`${door ?? house.adminUrl}${path}`, {
    method,
    headers: { "content-type": "application/json", ...(door ? {} : operator) },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  return { status: answer.status, json: (await answer.json()) as T };
}

/** Films, an import with its files, a person with an account: something in most collections. */
export async function fill(house: Moving): Promise<void> {
  // First, so that all who hear of it have done so at the end of the import.
  const person = { email: "ann@example.com", password: "a long and quiet river 7" };
  const { status } = await asked(house, "POST", "/v1/auth/register", person, house.publicUrl);
  if (status >= 300) throw new Error(`Nobody was registered: ${status}`);
  const lines = Array.from({ length: 250 }, (_, n) =>
    JSON.stringify({
      title: `Фильм ${n}`,
      year: 1950 + (n % 60),
      cast: [`Actor ${n}`, `Actor ${n + 1}`],
      genres: ["Drama"],
      href: `Film_${n}`,
      extract: `Film ${n} is a film about the number ${n}.`,
    }),
  );
  const file = join(await folderFor("films"), "films.ndjson");
  await writeFile(file, `${lines.join("\n")}\nno row\n`);
  const run = await house.bijou("imports", "run", "wikipedia", file);
  if (run.code !== 0) throw new Error(run.stdout);
  // The file that was sent is let go of behind the end.
  const sent = join(house.folder, "objects", "uploads");
  await until(async () => (await readdir(sent).catch(() => [])).length === 0, "it is gone");
}

/**
 * Secrets of the house: made from HOUSE_SECRET where it is set, the same on every node; else made
 * once by chance and kept under DATA_DIR, readable by their owner only.
 */
import { createHash, hkdfSync, randomBytes } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { operatorsToken } from "../mixins/cluster/embedded.ts";
import { holdsSecret } from "./embedded.ts";
import { env } from "./env.ts";
import { transport } from "./transport-choice.ts";

const { HOUSE_SECRET } = env.transport;
const { MONGO_URL, POSTGRES_URL } = env.documents;

/** 256 bits as text, the same at every start. */
export function keptSecret(folder: string, name: string): string {
  const secret = HOUSE_SECRET ? derived(HOUSE_SECRET, name) : kept(folder, name);
  return noted(name, secret);
}

/** Nodes compare what they hold; of a fingerprint of 64 bits the secret cannot be guessed. */
function noted(name: string, secret: string): string {
  holdsSecret(name, createHash("sha256").update(`bijou ${secret}`).digest("hex").slice(0, 16));
  return secret;
}

const derived = (secret: string, name: string): string =>
  Buffer.from(hkdfSync("sha256", secret, "bijou", name, 32)).toString("base64url");

function kept(folder: string, name: string): string {
  const secrets = join(folder, "secrets");
  const file = join(secrets, name);
  if (!existsSync(file)) refuseToMake(name, file);
  mkdirSync(secrets, { recursive: true, mode: 0o700 });
  try {
    writeFileSync(file, randomBytes(32).toString("base64url"), { flag: "wx", mode: 0o600 });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
  }
  return readFileSync(file, "utf8").trim();
}

/** Documents that nodes share are sealed by a secret that they share. */
function refuseToMake(name: string, file: string): void {
  if (name === operatorsToken || !transport || !(MONGO_URL || POSTGRES_URL)) return;
  process.stderr.write(
    "HOUSE_SECRET is missing: nodes that share documents seal them by one secret. Set the same on " +
      `every node (openssl rand -base64 32), or copy ${file} of the first one.\n`,
  );
  process.exit(78);
}

/** What the admin door asks for. */
export const operatorToken = (): string =>
  env.gateway.ADMIN_TOKEN
    ? noted(operatorsToken, env.gateway.ADMIN_TOKEN)
    : noted(operatorsToken, kept(env.house.DATA_DIR, operatorsToken));

/** Tells whether two houses seal with the same secrets, and says nothing of them. */
export const secretsMark = (): string => {
  const hash = createHash("sha256").update("bijou secrets");
  for (const name of ["accounts", "refresh"])
    hash.update(`\0${keptSecret(env.house.DATA_DIR, name)}`);
  return hash.digest("hex").slice(0, 16);
};

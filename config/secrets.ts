/** Secrets that nobody configured: made once, kept under DATA_DIR, readable by their owner only. */
import { randomBytes } from "node:crypto";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { env } from "./env.ts";

/** 256 bits as text, the same at every start. */
export function keptSecret(folder: string, name: string): string {
  const secrets = join(folder, "secrets");
  const file = join(secrets, name);
  mkdirSync(secrets, { recursive: true, mode: 0o700 });
  try {
    writeFileSync(file, randomBytes(32).toString("base64url"), { flag: "wx", mode: 0o600 });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
  }
  return readFileSync(file, "utf8").trim();
}

/** What the admin door asks for. */
export const operatorToken = (): string =>
  env.gateway.ADMIN_TOKEN ?? keptSecret(env.house.DATA_DIR, "operator-token");

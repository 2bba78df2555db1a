/** The config file: which houses there are and which one is meant. Read and written whole, 0600. */
import { mkdir, readFile, rename, writeFile } from "node:fs/promises";
import { homedir } from "node:os";
import { dirname, join } from "node:path";
import { z } from "zod";
import { usage } from "./failure.ts";

const House = z.strictObject({
  url: z.url({ protocol: /^https?$/ }).optional(),
  token: z.string().min(1).optional(),
  /** Begun by `bijou login`. */
  session: z
    .strictObject({
      device: z.string(),
      accessToken: z.string(),
      refreshToken: z.string(),
      expiresAt: z.iso.datetime(),
    })
    .optional(),
});
const Config = z.strictObject({
  current: z.string().optional(),
  contexts: z.record(z.string(), House).default({}),
});
export type Config = z.output<typeof Config>;
export type House = z.output<typeof House>;

type Env = Readonly<Record<string, string | undefined>>;

/** `$XDG_CONFIG_HOME/bijou/config.json`, by default below `~/.config`. */
export const configPath = (env: Env): string =>
  join(env.XDG_CONFIG_HOME || join(env.HOME || homedir(), ".config"), "bijou", "config.json");

const code = (error: unknown): unknown => (error as NodeJS.ErrnoException).code;

/** @throws usage when the file cannot be read or is not as it should be */
export async function readConfig(env: Env): Promise<Config> {
  const path = configPath(env);
  const mend = `Mend the file, or remove it and begin anew: rm ${path}`;
  let text: string;
  try {
    text = await readFile(path, "utf8");
  } catch (error) {
    if (code(error) === "ENOENT" || code(error) === "ENOTDIR") return { contexts: {} };
    throw usage(`The config file ${path} cannot be read (${code(error)}).`, mend);
  }
  try {
    return Config.parse(JSON.parse(text));
  } catch (error) {
    const reason =
      error instanceof z.ZodError
        ? error.issues.map((issue) => `${issue.path.join(".")}: ${issue.message}`).join("; ")
        : "it is not JSON";
    throw usage(`The config file ${path} is wrong: ${reason}.`, mend);
  }
}

export async function writeConfig(env: Env, config: Config): Promise<void> {
  const path = configPath(env);
  try {
    await mkdir(dirname(path), { recursive: true, mode: 0o700 });
    const half = `${path}.${process.pid}`;
    await writeFile(half, `${JSON.stringify(config, null, 2)}\n`, { mode: 0o600 });
    await rename(half, path);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw usage(
      `The config file ${path} cannot be written: ${why}.`,
      "Set XDG_CONFIG_HOME to a folder of yours, or use --url and --token instead.",
    );
  }
}

/** The context of that name. */
export function contextNamed(config: Config, name: string): House {
  const found = Object.hasOwn(config.contexts, name) ? config.contexts[name] : undefined;
  if (found) return found;
  const names = Object.keys(config.contexts);
  throw usage(
    `There is no context "${name}".`,
    names.length > 0
      ? `There are: ${names.join(", ")}. Add one: bijou contexts set ${name} --url <url>`
      : `Add it: bijou contexts set ${name} --url <url> --token <token>`,
  );
}

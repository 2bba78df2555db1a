/**
 * Which house is meant and with which token. What is said nearest wins: option, then environment,
 * then context, then what this machine knows by itself. The token of this machine's house is never
 * sent to another machine.
 */
import { readFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { variables } from "../config/environment.ts";
import { contextNamed, readConfig } from "./contexts.ts";
import { usage } from "./failure.ts";
import { accessToken } from "./session.ts";

export interface GlobalOptions {
  json?: boolean;
  url?: string;
  token?: string;
  context?: string;
}

export interface Settings {
  url: URL;
  token: string | undefined;
  /** What to do when the token is refused or missing. */
  tokenHint: string;
}

interface Place {
  env: Readonly<Record<string, string | undefined>>;
  cwd: string;
  root: string;
}

const loopback = /^(127\.\d+\.\d+\.\d+|\[::1\]|localhost)$/;

function ownDoor(env: Place["env"]): string {
  const { ADMIN_HOST, ADMIN_PORT } = variables.gateway;
  const host = ADMIN_HOST.safeParse(env.ADMIN_HOST || undefined).data ?? "127.0.0.1";
  const port = ADMIN_PORT.safeParse(env.ADMIN_PORT || undefined).data ?? 3003;
  const anywhere = host === "0.0.0.0" || host === "::";
  return `http://${anywhere ? "127.0.0.1" : host.includes(":") ? `[${host}]` : host}:${port}`;
}

/** @throws usage when it is not an http or https address */
export function parseUrl(text: string): URL {
  const url = URL.parse(text);
  if (url && (url.protocol === "http:" || url.protocol === "https:")) return url;
  throw usage(
    `"${text}" is not the address of a house.`,
    "Give it with its scheme, such as --url http://127.0.0.1:3003",
  );
}

/** Where the house of this machine may keep its token, the likeliest first. */
export function tokenPaths({ env, cwd, root }: Place): string[] {
  const folders = env.DATA_DIR
    ? [resolve(cwd, env.DATA_DIR)]
    : [join(cwd, "data"), join(root, "data")];
  return [...new Set(folders)].map((folder) => join(folder, "secrets", "operator-token"));
}

async function ownToken(place: Place): Promise<Pick<Settings, "token" | "tokenHint">> {
  const paths = tokenPaths(place);
  const refused: string[] = [];
  for (const path of paths) {
    try {
      return {
        token: (await readFile(path, "utf8")).trim(),
        tokenHint: `The token in ${path} is not this house's: set DATA_DIR, or give --token.`,
      };
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === "EACCES") refused.push(path);
    }
  }
  const tokenHint = refused[0]
    ? `${refused[0]} is not readable by you: run as its owner, or give --token.`
    : `No token in ${paths.join(" or ")}: set DATA_DIR to the house's folder, or give --token.`;
  return { token: undefined, tokenHint };
}

/** Where the house is, and what it is called in the config file if it is meant by that. */
export async function resolveHouse({ env }: Pick<Place, "env">, options: GlobalOptions) {
  const explicit = options.url ?? env.BIJOU_URL;
  const wanted = options.context ?? (env.BIJOU_CONTEXT || undefined);
  const config = explicit && !wanted ? undefined : await readConfig(env);
  const name = wanted ?? config?.current;
  const context = name && config ? contextNamed(config, name) : {};
  return { url: parseUrl(explicit || context.url || ownDoor(env)), name, context, explicit };
}

export async function resolveSettings(place: Place, options: GlobalOptions): Promise<Settings> {
  const { env } = place;
  const { url, name, context, explicit } = await resolveHouse(place, options);
  const given = options.token ?? (env.BIJOU_TOKEN || undefined) ?? context.token;
  if (given) {
    const tokenHint =
      "The token is not this house's: look at --token, BIJOU_TOKEN and the context.";
    return { url, token: given, tokenHint };
  }
  // A session is for the house where it was begun, and for no other.
  if (name && context.session && !explicit) {
    const token = await accessToken(env, name, url);
    return { url, token, tokenHint: "The session has ended: bijou login <email>" };
  }
  if (!loopback.test(url.hostname)) {
    const tokenHint = "Another machine's house needs its token: --token, BIJOU_TOKEN or a context.";
    return { url, token: undefined, tokenHint };
  }
  if (env.ADMIN_TOKEN) {
    return { url, token: env.ADMIN_TOKEN, tokenHint: "ADMIN_TOKEN is not this house's token." };
  }
  return { url, ...(await ownToken(place)) };
}

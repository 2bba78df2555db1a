/** What the environment may say, as a value: `.env.example` and the documentation follow it. */
import { isIP } from "node:net";
import { resolve } from "node:path";
import { z } from "zod";
import { contradictions } from "./contradictions.ts";
import { accountsVariables } from "./environment-accounts.ts";
import { channelsVariables } from "./environment-channels.ts";
import { documentsVariables } from "./environment-documents.ts";
import { doorsVariables } from "./environment-doors.ts";
import { objectsVariables } from "./environment-objects.ts";
import { searchVariables } from "./environment-search.ts";
import { transportVariables } from "./environment-transport.ts";
import { mailVariables, usersVariables } from "./environment-users.ts";

const port = (preset: number) =>
  z.coerce
    .number("a port, 0 to 65535")
    .int()
    .min(0, "a port, 0 to 65535")
    .max(65_535, "a port, 0 to 65535")
    .default(preset);
const count = (preset: number, min: number, max: number) =>
  z.coerce
    .number(`a whole number, ${min} to ${max}`)
    .int(`a whole number, ${min} to ${max}`)
    .min(min, `at least ${min}`)
    .max(max, `at most ${max}`)
    .default(preset);
const flag = (preset: boolean) =>
  z
    .enum(["true", "false", "1", "0"], "true or false")
    .default(preset ? "true" : "false")
    .transform((v) => v === "true" || v === "1");
const list = z
  .string()
  .default("")
  .transform((v) => v.split(",").flatMap((part) => part.trim() || []));
const isHost = (text: string): boolean => URL.canParse(`https://${text}`);
const host = (preset: string) => z.string().min(1, "a host name or address").default(preset);

/** Every variable, by the context that uses it. */
export const variables = {
  house: {
    NODE_ENV: z.enum(["development", "production", "test"]).default("development"),
    DATA_DIR: z
      .string()
      .min(1, "a folder")
      .default("data")
      .transform((dir) => resolve(dir)),
    NAMESPACE: z
      .string()
      .regex(/^[a-z0-9-]*$/, "lower case letters, digits, -")
      .default("bijou"),
    NODE_ID: z
      .string()
      .regex(/^[\w.-]+$/, "letters, digits, . _ -")
      .optional(),
    SERVICES: z.string().optional(),
    LOG_LEVEL: z.enum(["fatal", "error", "warn", "info", "debug", "trace"]).default("info"),
    REQUEST_TIMEOUT_MS: count(10_000, 100, 600_000),
  },
  gateway: {
    PUBLIC_HOST: host("127.0.0.1"),
    PUBLIC_PORT: port(3000),
    PUBLIC_ORIGINS: list,
    ADMIN_HOST: host("127.0.0.1"),
    ADMIN_PORT: port(3003),
    ADMIN_ORIGINS: list,
    ADMIN_TOKEN: z.string().min(24, "at least 24 characters").optional(),
    BODY_LIMIT_BYTES: count(1_048_576, 1_024, 104_857_600),
    COMPRESSION: flag(true),
  },
  channels: channelsVariables,
  catalog: {
    IMPORT_BATCH: count(500, 1, 500),
    IMPORT_PRIVATE_HOSTS: list.refine(
      (all) => all.every((one) => isIP(one) > 0 || (/^[^\s/:?#@]+$/.test(one) && isHost(one))),
      "host names and addresses without ports, separated by commas",
    ),
    UPLOAD_DAYS: count(7, 1, 3_650),
  },
  doors: doorsVariables,
  accounts: accountsVariables,
  users: usersVariables,
  mail: mailVariables,
  transport: transportVariables,
  documents: documentsVariables,
  search: searchVariables,
  objects: objectsVariables,
} as const;

type Variables = typeof variables;
type Group<G extends keyof Variables> = {
  [K in keyof Variables[G]]: Variables[G][K] extends z.ZodType ? z.output<Variables[G][K]> : never;
};
/** What the environment said, checked. */
export type Env = { readonly [G in keyof Variables]: Readonly<Group<G>> };

export type Reading = { ok: true; env: Env } | { ok: false; report: string };

/** Moleculer's runner would let these override the house's own composition, unchecked. */
const overrides = /^(MOL_.*|TRANSPORTER|CACHER|SERIALIZER|LOGGER|METRICS|TRACING|HOTRELOAD)$/;

/** Reads and checks everything; the report names every mistake with what was expected. */
export function readEnvironment(
  source: Record<string, string | undefined>,
  actors: readonly string[] = [],
): Reading {
  const faults: string[] = [];
  const env: Record<string, Record<string, unknown>> = {};
  for (const [group, shape] of Object.entries(variables)) {
    const values: Record<string, unknown> = {};
    for (const [name, schema] of Object.entries(shape as Record<string, z.ZodType>)) {
      const given = source[name] === "" ? undefined : source[name];
      const parsed = schema.safeParse(given);
      if (parsed.success) values[name] = parsed.data;
      else faults.push(`${shown(name, given)}: expected ${parsed.error.issues[0]?.message}`);
    }
    env[group] = Object.freeze(values);
  }
  const read = Object.freeze(env) as unknown as Env;
  faults.push(...contradictions(read, actors));
  for (const name of Object.keys(source)) {
    if (overrides.test(name)) faults.push(`${name} is not read here: unset it, see .env.example`);
  }
  return faults.length === 0
    ? { ok: true, env: read }
    : { ok: false, report: ["The configuration is wrong:", ...faults].join("\n  ") };
}

/** A secret that is wrong is a secret all the same. */
const shown = (name: string, value: string | undefined): string =>
  /TOKEN|SECRET|PASSWORD|KEY|URL|ENDPOINT/.test(name) ? name : `${name}="${value}"`;

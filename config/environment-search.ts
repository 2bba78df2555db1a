/** What searches; embedded under DATA_DIR when no server is named. */
import { accessSync, constants } from "node:fs";
import { z } from "zod";

const readable = (path: string): boolean => {
  try {
    accessSync(path, constants.R_OK);
    return true;
  } catch {
    return false;
  }
};

export const searchVariables = {
  /** May name a user: `https://user:password@host:9200`. */
  ELASTIC_URL: z.url({ protocol: /^https?$/, error: "http://… or https://…" }).optional(),
  /** In place of a user, as the server encodes it. */
  ELASTIC_API_KEY: z.string().min(1, "a text").optional(),
  /** The certificate of the authority that signed the server's, PEM. */
  ELASTIC_CA: z.string().refine(readable, "the path of a file that this user can read").optional(),
} as const;

interface Said {
  readonly ELASTIC_URL?: string | undefined;
  readonly ELASTIC_API_KEY?: string | undefined;
  readonly ELASTIC_CA?: string | undefined;
}

/** What is right in itself and wrong together. Pure. */
export function searchFaults({ ELASTIC_URL, ELASTIC_API_KEY, ELASTIC_CA }: Said): string[] {
  const more = { ELASTIC_API_KEY, ELASTIC_CA };
  const alone = Object.entries(more).flatMap(([name, value]) => (value ? [name] : []));
  if (!ELASTIC_URL) {
    return alone.map((name) => `${name}: ELASTIC_URL is missing; set it too, or unset ${name}`);
  }
  const { protocol, username } = new URL(ELASTIC_URL);
  return [
    ...(ELASTIC_API_KEY && username
      ? ["ELASTIC_API_KEY: ELASTIC_URL names a user already; keep one of the two"]
      : []),
    ...(ELASTIC_CA && protocol === "http:"
      ? ["ELASTIC_CA: ELASTIC_URL is not encrypted; name it by https, or unset ELASTIC_CA"]
      : []),
  ];
}

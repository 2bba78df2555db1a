/** Files that hold JSON given on the command line: a table's mapping, a call's parameters. */
import { readFile } from "node:fs/promises";
import { resolve } from "node:path";
import { Mapping } from "../services/imports/import.contract.ts";
import { usage } from "./failure.ts";

/** @throws usage when the file is not there or not JSON */
export async function readJson(path: string, cwd: string): Promise<unknown> {
  const text = await readFile(resolve(cwd, path), "utf8").catch((error) => {
    const why = { ENOENT: "there is no such file", EISDIR: "it is a folder" }[String(error.code)];
    throw usage(`${path}: ${why ?? error.message}.`, "Correct the path.");
  });
  return parseJson(text, path);
}

/** @param where what the text is, for the sentence */
export function parseJson(text: string, where: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    const next = `Correct it: JSON wants double quotes, such as '{"limit": 5}'.`;
    throw usage(`${where}: it is not JSON: ${why}.`, next);
  }
}

/** The mapping of a table's columns. */
export async function readMapping(path: string, cwd: string) {
  const parsed = Mapping.safeParse(await readJson(path, cwd));
  if (parsed.success) return parsed.data;
  const errors = parsed.error.issues.map((i) => ({ path: i.path.join("."), message: i.message }));
  const said = errors.map((e) => (e.path ? `${e.path}: ${e.message}` : e.message)).join("; ");
  const next = "Correct it; cli/demo-mapping.json is one that works.";
  throw usage(`${path}: it is not a mapping: ${said}.`, next, { errors });
}

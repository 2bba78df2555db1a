/** The keys below a folder in the order of their bytes, read folder by folder as they are needed. */
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { splitPrefix } from "./key.ts";
import { isMissing, sidecarMark } from "./layout.ts";

/** Names in a folder: objects as their key's segment, folders with a slash behind. */
const namesIn = async (folder: string): Promise<string[]> => {
  try {
    const names: string[] = [];
    for (const entry of await readdir(folder, { withFileTypes: true })) {
      if (entry.isDirectory()) {
        if (!entry.name.includes("~")) names.push(`${entry.name}/`);
      } else if (entry.name.endsWith(sidecarMark)) {
        names.push(entry.name.slice(0, -sidecarMark.length));
      }
    }
    return names.sort();
  } catch (error) {
    if (isMissing(error)) return [];
    throw error;
  }
};

async function* below(
  folder: string,
  at: string,
  rest: string,
  after: string,
): AsyncGenerator<string> {
  for (const name of await namesIn(folder)) {
    const key = at + name;
    if (!name.startsWith(rest)) continue;
    if (!name.endsWith("/")) {
      if (key > after) yield key;
    } else if (key > after || after.startsWith(key)) {
      yield* below(join(folder, name), key, "", after);
    }
  }
}

/**
 * The keys that begin with the prefix and come behind `after`.
 *
 * @throws InvalidKey if no key can begin with the prefix
 */
export const keysOf = (root: string, prefix: string, after: string): AsyncGenerator<string> => {
  const { folders, rest } = splitPrefix(prefix);
  const at = folders.map((name) => `${name}/`).join("");

  return below(join(root, ...folders), at, rest, after);
};

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DirectoryStore } from "../../mixins/objects/directory.ts";

/** A store of objects that goes with the process. */
export function directoryIn(): Promise<DirectoryStore> {
  const folder = mkdtempSync(join(tmpdir(), "bijou-bench-sockets-"));
  process.on("exit", () => rmSync(folder, { recursive: true, force: true }));
  return DirectoryStore.open(folder);
}

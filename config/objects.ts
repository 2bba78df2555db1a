/** Which store keeps the objects: uploads, reports, media. */
import { join } from "node:path";
import { DirectoryStore } from "../mixins/objects/directory.ts";
import type { ObjectStore } from "../mixins/objects/port.ts";
import { env } from "./env.ts";

/** What a worker needs to open the same store. */
export const objectsRoot = join(env.house.DATA_DIR, "objects");

export const objects: ObjectStore = await DirectoryStore.open(objectsRoot);

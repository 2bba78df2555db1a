/** Which store keeps the objects: uploads, reports, media. */
import { join } from "node:path";
import { type ObjectsSettings, openObjects } from "../mixins/objects/open.ts";
import type { ObjectStore } from "../mixins/objects/port.ts";
import { type Tickets, ticketing } from "../mixins/objects/tickets.ts";
import { clock } from "../services/shared/clock.ts";
import { keeps } from "./embedded.ts";
import { env } from "./env.ts";
import { s3Of } from "./environment-objects.ts";
import { breakers } from "./resilience.ts";
import { keptSecret } from "./secrets.ts";

function settings(): ObjectsSettings {
  const s3 = s3Of(env.objects);
  if (s3) return { engine: "s3", s3 };
  keeps("objects", "directory");
  const { DATA_DIR } = env.house;
  const signing = { secret: keptSecret(DATA_DIR, "objects-key"), door: env.accounts.PUBLIC_URL };
  return { engine: "directory", root: join(DATA_DIR, "objects"), signing };
}

/** What a worker needs to open the same store. */
export const objectsSettings = settings();

const say = (error: unknown) =>
  process.stderr.write(`${error instanceof Error ? error.message : error}\n`);

async function open(): Promise<ObjectStore> {
  const s3 = breakers.of("s3");
  try {
    return await openObjects(objectsSettings, { guard: (task) => s3.run(task), warn: say });
  } catch (error) {
    // The server answers and refuses, or the folder cannot be used: starting again changes nothing.
    say(error);
    process.exit(78);
  }
}

export const objects: ObjectStore = await open();

/** What the public door serves of its own; a server of objects serves its own addresses. */
export const tickets: Tickets | undefined =
  objectsSettings.engine === "directory" && objectsSettings.signing
    ? ticketing(objectsSettings.signing.secret, clock.now)
    : undefined;

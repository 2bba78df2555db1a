/**
 * The only reader of the environment: read once, checked whole, frozen.
 * A mistake lists every bad or contradictory variable and ends the process with 78 (EX_CONFIG).
 */
import { allActors, chooseActors, servicesFolder } from "./actors.ts";
import { readEnvironment } from "./environment.ts";

const actors = allActors();
const reading = readEnvironment(process.env, [...actors.keys()]);

if (!reading.ok) {
  process.stderr.write(`${reading.report}\n`);
  process.exit(78);
}

/** Settings, grouped by context. */
export const env = reading.env;

// Moleculer's runner reads these two; it knows neither `catalog/search` nor TypeScript's endings.
const { chosen } = chooseActors(env.house.SERVICES, [...actors.keys()]);
process.env.SERVICEDIR = servicesFolder;
process.env.SERVICES = chosen.map((actor) => actors.get(actor)).join(",");

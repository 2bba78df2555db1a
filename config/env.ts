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

/** A node among others that lacks it could neither show nor close its own breakers. */
const { TRANSPORT, NATS_URL } = env.transport;
const everywhere = TRANSPORT || NATS_URL ? ["operations/breakers"] : [];

// Moleculer's runner reads these two; it knows neither `catalog/search` nor TypeScript's endings.
const { chosen } = chooseActors(env.house.SERVICES, [...actors.keys()]);
process.env.SERVICEDIR = servicesFolder;
process.env.SERVICES = [...new Set([...chosen, ...everywhere])]
  .flatMap((actor) => actors.get(actor) ?? [])
  .join(",");

/**
 * The only reader of the environment: read once, checked whole, frozen.
 * A mistake lists every bad or contradictory variable and ends the process with 78 (EX_CONFIG).
 */
import { readEnvironment } from "./environment.ts";

const reading = readEnvironment(process.env);

if (!reading.ok) {
  process.stderr.write(`${reading.report}\n`);
  process.exit(78);
}

/** Settings, grouped by context. */
export const env = reading.env;

/** The servers that the environment names: are they there, and do they let us in? */
import type { Env } from "../../config/environment.ts";
import { type Check, fail, ok } from "./check.ts";

export async function checkServers(env: Env): Promise<Check[]> {
  // Their drivers are loaded by who needs them.
  const { probesOf } = await import("../../config/probes.ts");
  const checks = probesOf(env).map(async ({ variable, place, ask }) => {
    const name = variable
      .replace(/_(URL|ENDPOINT)$/, "")
      .toLowerCase()
      .replace("_", " ");
    try {
      return ok(name, `${await ask()} at ${place}`);
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      return fail(name, `${place}: ${why}`, `Start it, or correct ${variable}`);
    }
  });
  return Promise.all(checks);
}

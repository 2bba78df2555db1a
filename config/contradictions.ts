/** What is right in itself and wrong together. Pure. */
import { chooseActors } from "./actors.ts";
import { chooseDocuments, contextsOf } from "./documents-choice.ts";
import type { Env } from "./environment.ts";
import { channelsFaults } from "./environment-channels.ts";
import { objectsFaults } from "./environment-objects.ts";
import { redisFaults } from "./environment-redis.ts";
import { searchFaults } from "./environment-search.ts";
import { transportFaults } from "./environment-transport.ts";

/** A sentence each, with what to do. */
export function contradictions(env: Env, actors: readonly string[]): string[] {
  const { house, gateway, transport, doors, documents, objects, search, channels } = env;
  const faults = [
    ...transportFaults(transport, doors.REDIS_URL),
    ...redisFaults(doors.REDIS_URL, transport.TRANSPORT === "redis"),
    ...chooseDocuments(documents, contextsOf(actors)).faults,
    ...objectsFaults(objects),
    ...searchFaults(search),
    ...channelsFaults(channels, transport.NATS_URL, documents.REDIS_STORE_URL),
  ];
  // Zero and what is wrong in itself are no port yet.
  if (gateway.PUBLIC_PORT && gateway.PUBLIC_PORT === gateway.ADMIN_PORT) {
    faults.push("PUBLIC_PORT and ADMIN_PORT are the same: give each door its own port");
  }
  if (house.NODE_ENV === "production" && !gateway.ADMIN_TOKEN) {
    faults.push("ADMIN_TOKEN is missing: in production a secret has no default, set one");
  }
  for (const word of chooseActors(house.SERVICES, actors).unknown) {
    faults.push(`SERVICES="${word}": expected a context or an actor of ${actors.join(", ")}`);
  }
  return faults;
}

/** The actors of a house that is up: does somebody run each of them? */
import { allActors } from "../../config/actors.ts";
import { nodes } from "../../services/operations/registry.contract.ts";
import type { Client } from "../client.ts";
import { failureOf } from "../failure.ts";
import { type Check, fail, ok, warn } from "./check.ts";

const name = "actors";

/** As SERVICES would say it: a context where it is all of it. */
function shortly(actors: readonly string[], all: readonly string[]): string[] {
  const contextOf = (actor: string) => actor.replace(/\/.*/, "");
  const run = new Set(all.filter((actor) => !actors.includes(actor)).map(contextOf));
  return [
    ...new Set(actors.map((actor) => (run.has(contextOf(actor)) ? actor : contextOf(actor)))),
  ];
}

/** @param connect to the admin door of the house */
export async function checkActors(connect: () => Promise<Client>): Promise<Check> {
  try {
    const { items } = await (await connect()).ask(nodes, {});
    const there = items.filter(({ available }) => available);
    const run = new Set(there.flatMap(({ services }) => services));
    const all = [...allActors().keys()];
    const missing = shortly(
      all.filter((actor) => !run.has(actor.replace(/.*\//, ""))),
      all,
    );
    if (missing.length === 0) return ok(name, `${all.length} on ${there.length} nodes`);
    const gone = items.flatMap(({ id, available }) => (available ? [] : id));
    return fail(
      name,
      `nobody runs ${missing.join(", ")}${gone.length > 0 ? `; away: ${gone.join(", ")}` : ""}`,
      `Start a node with SERVICES=${missing.join(",")}`,
    );
  } catch (error) {
    const { title, next, type } = failureOf(error).facts;
    if (type === "UNAVAILABLE") {
      const said = "nobody runs operations/registry, so nobody says who else is missing";
      return fail(name, said, "Start a node with SERVICES=operations");
    }
    return warn(name, `the house does not say who runs them: ${title}`, next);
  }
}

/**
 * Writes docs/doors.md: which action is open at which door, and to whom. A test tells when it is not
 * current any more:
 *
 *   node tests/gateway/doors-page.ts
 */
import { writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { actions } from "../../services/contracts.ts";
import { roles, tableOf } from "../../services/gateway/roles.ts";

export const pageFile = fileURLToPath(new URL("../../docs/doors.md", import.meta.url));

const cells = (values: readonly string[]): string => `| ${values.join(" | ")} |`;

/** The page, of the contracts as they are. */
export function page(): string {
  const names = roles.filter((role) => role !== "guest");
  const rows = tableOf(actions).map(({ action, route, door, may, stepUp }) =>
    cells([
      `\`${action}\``,
      route === "by name" ? route : `\`${route}\``,
      door,
      ...["guest" as const, ...names].map((role) => (may.includes(role) ? "yes" : "")),
      stepUp ? "yes" : "",
    ]),
  );
  const head = ["action", "route", "door", "guest", ...names, "step-up"];
  return [
    "# Doors",
    "",
    "What each door opens, and to whom: made from the contracts by `node tests/gateway/doors-page.ts`.",
    "What is not in this table answers 404 at every door. *Step-up*: a password or second factor was",
    "shown a short while ago. An API key may do what its roles may, of that only the actions that it",
    "names where it names some, and nothing that wants a step-up.",
    "",
    cells(head),
    cells(head.map(() => "---")),
    ...rows,
    "",
  ].join("\n");
}

if (process.argv[1] === fileURLToPath(import.meta.url)) writeFileSync(pageFile, page());

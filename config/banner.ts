/** What a person sees once the house is open: where the doors are and what to try next. Pure. */

export interface DoorState {
  name: string;
  /** `http://127.0.0.1:3000` */
  url: string;
}

/**
 * The lines of the banner.
 *
 * @param nodePort where the node tells of itself
 */
export function banner(
  doors: readonly DoorState[],
  actors: readonly string[],
  dataDir: string,
  nodePort?: string,
): string[] {
  const at = (name: string) => doors.find((door) => door.name === name)?.url;
  const [door, admin] = [at("public"), at("admin")];
  const lines = ["", `  Bijou is open: ${actors.length} actors, data in ${dataDir}`, ""];
  if (door) {
    lines.push(
      `  public   ${door}`,
      `           documentation      ${door}/docs`,
      `           find a film        curl '${door}/v1/search?q=matrix'`,
      "           letters we send    npx bijou mail list",
    );
  }
  if (admin) {
    lines.push(
      `  admin    ${admin}`,
      "           bring in films     npx bijou imports run wikipedia <file>",
      "           look around        npx bijou services",
    );
  }
  if (door && admin) lines.push("           or a small sample  npm run demo (after stopping this)");
  for (const name of ["seller", "logistics"]) {
    const url = at(name);
    if (url) lines.push(`  ${name} `.padEnd(11) + url);
  }
  if (nodePort) lines.push(`  node     ${nodePort}`, "           /livez, /readyz and /metrics");
  return [...lines, ""];
}

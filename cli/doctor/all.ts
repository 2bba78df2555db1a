/** All that the doctor looks at, in the order in which one would mend it. Needs no house. */
import { resolve } from "node:path";
import { allActors } from "../../config/actors.ts";
import { readEnvironment, variables } from "../../config/environment.ts";
import type { Client } from "../client.ts";
import { checkActors } from "./actors.ts";
import { type Check, warn } from "./check.ts";
import { checkDoor } from "./doors.ts";
import { checkFormat, checkHolder, checkRoom, checkWritable } from "./folder.ts";
import { checkBuild, checkConfig, checkNode, checkSqlite } from "./runtime.ts";
import { checkServers } from "./servers.ts";

const nobody = warn(
  "actors",
  "no house serves these doors, so nobody says who is missing",
  "npm start; of a cluster SERVICES=gateway npm start, or say where its doors are (ADMIN_HOST, ADMIN_PORT)",
);

interface Place {
  env: Readonly<Record<string, string | undefined>>;
  cwd: string;
  root: string;
}

/** @param connect to the house, if one is up */
export async function examine(
  { env, cwd, root }: Place,
  connect: () => Promise<Client>,
): Promise<Check[]> {
  const { PUBLIC_HOST, PUBLIC_PORT, ADMIN_HOST, ADMIN_PORT } = variables.gateway;
  // A wrong variable is told by the config check; here its default stands in.
  const folder = resolve(cwd, env.DATA_DIR || "data");
  const doors = [
    {
      name: "public door",
      host: PUBLIC_HOST.safeParse(env.PUBLIC_HOST || undefined).data ?? "127.0.0.1",
      port: PUBLIC_PORT.safeParse(env.PUBLIC_PORT || undefined).data ?? 3000,
      variable: "PUBLIC_PORT",
    },
    {
      name: "admin door",
      host: ADMIN_HOST.safeParse(env.ADMIN_HOST || undefined).data ?? "127.0.0.1",
      port: ADMIN_PORT.safeParse(env.ADMIN_PORT || undefined).data ?? 3003,
      variable: "ADMIN_PORT",
    },
  ];
  const reading = readEnvironment({ ...env }, [...allActors().keys()]);
  const looked = await Promise.all(doors.map(checkDoor));
  return [
    checkNode(process.versions.node),
    checkBuild(root),
    checkConfig(reading, env),
    await checkSqlite(),
    ...(reading.ok ? await checkServers(reading.env) : []),
    await checkWritable(folder),
    await checkRoom(folder),
    await checkFormat(folder),
    await checkHolder(folder),
    ...looked.map(({ check }) => check),
    looked.some(({ isHouse }) => isHouse) ? await checkActors(connect) : nobody,
  ];
}

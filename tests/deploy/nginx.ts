/** The nginx of this machine with the files of deploy/nginx, on loopback ports, for tests. */
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { cpSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { freePort } from "../house/ports.ts";

const files = fileURLToPath(new URL("../../deploy/nginx/", import.meta.url));
const known = ["nginx", "/usr/sbin/nginx"];

/** The program. @throws with how to come by it */
export function nginxProgram(): string {
  const found = known.find((name) => spawnSync(name, ["-v"]).status === 0);
  if (found) return found;
  throw new Error(
    "nginx is not installed, and this test wants the real one: " +
      "apt-get install -y --no-install-recommends nginx-light",
  );
}

/** Replaces what must be there: a file that has changed its words is noticed. */
function replaced(text: string, changes: readonly Change[]): string {
  return changes.reduce((all, [from, to]) => {
    const after = all.replace(from, to as string);
    if (after === all) throw new Error(`deploy/nginx says nothing like ${from} any more.`);
    return after;
  }, text);
}
type Change = readonly [RegExp, string | ((found: string) => string)];

export interface Wanted {
  /** Addresses of the public and the admin doors, `http://127.0.0.1:3000`. */
  publicDoors: readonly string[];
  adminDoors: readonly string[];
  certificate: string;
  key: string;
  /** Where the proxy answers CORS: the origins of the public door. */
  origins?: readonly string[];
  /** A door that fails is asked again at once: for tests of what is asked twice. */
  forgiving?: boolean;
  /** A proxy before this one. */
  trusted?: string;
}

export interface Nginx {
  port: number;
  plainPort: number;
  child: ChildProcess;
  stop(): Promise<void>;
}

const serversOf = (doors: readonly string[], forgiving: boolean) => (line: string) =>
  doors
    .map((door) => line.replace(/127\.0\.0\.1:\d+/, new URL(door).host))
    .map((one) => (forgiving ? one.replace(/max_fails=\d+/, "max_fails=0") : one))
    .join("\n  ");

/** What a person changes by hand, changed: ports, certificates, houses, origins. */
function write(folder: string, ports: { tls: number; plain: number }, wanted: Wanted): void {
  cpSync(files, folder, { recursive: true });
  for (const name of ["logs", "temp"]) mkdirSync(join(folder, name), { recursive: true });
  writeFileSync(join(folder, "door.crt"), wanted.certificate);
  writeFileSync(join(folder, "door.key"), wanted.key, { mode: 0o600 });
  const edit = (file: string, ...changes: Change[]) =>
    writeFileSync(join(folder, file), replaced(readFileSync(join(folder, file), "utf8"), changes));
  edit(
    "bijou.conf",
    [/listen 80\b/g, `listen 127.0.0.1:${ports.plain}`],
    [/listen 443\b/g, `listen 127.0.0.1:${ports.tls}`],
    [/\/etc\/nginx\/bijou\/tls\/\w+\.(crt|key)/g, `${folder}/door.$1`],
  );
  edit(
    "bijou/houses.conf",
    [/server 127\.0\.0\.1:3000 [^;]*;/, serversOf(wanted.publicDoors, wanted.forgiving === true)],
    [/server 127\.0\.0\.1:3003 [^;]*;/, serversOf(wanted.adminDoors, wanted.forgiving === true)],
  );
  edit("bijou/door.conf", [/\/var\/log\/nginx/, `${folder}/logs`]);
  if (wanted.trusted) {
    edit("bijou/trusted.conf", [/# set_real_ip_from .*/, `set_real_ip_from ${wanted.trusted};`]);
  }
  if (wanted.origins) {
    const lines = wanted.origins.map((origin) => `"public ${origin}" $http_origin;`);
    edit("bijou/origins.conf", [/# "public [^;]*;/, lines.join("\n  ")]);
    edit("bijou/door.conf", [/# (include bijou\/cors\.conf;)/, "$1"]);
  }
  const temps = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"]
    .map((name) => `  ${name}_temp_path ${folder}/temp/${name};`)
    .join("\n");
  writeFileSync(
    join(folder, "nginx.conf"),
    `daemon off;\nmaster_process off;\npid ${folder}/nginx.pid;\nerror_log stderr error;\n` +
      `events { worker_connections 1024; }\nhttp {\n${temps}\n  include bijou.conf;\n}\n`,
  );
}

/** @param folder one of its own, that is not there yet */
export async function startNginx(folder: string, wanted: Wanted): Promise<Nginx> {
  const program = nginxProgram();
  const ports = { tls: await freePort(), plain: await freePort() };
  write(folder, ports, wanted);
  const child = spawn(program, ["-p", folder, "-c", join(folder, "nginx.conf")], {
    stdio: ["ignore", "ignore", "pipe"],
  });
  let errors = "";
  child.stderr?.on("data", (chunk) => {
    errors += chunk;
  });
  const stop = async () => {
    if (child.exitCode !== null) return;
    const gone = once(child, "exit");
    child.kill("SIGTERM");
    await gone;
  };
  for (let left = 250; left > 0; left--) {
    if (child.exitCode !== null) throw new Error(`nginx does not start:\n${errors}`);
    const answer = await fetch(`http://127.0.0.1:${ports.plain}/`, { redirect: "manual" }).catch(
      () => undefined,
    );
    if (answer) return { port: ports.tls, plainPort: ports.plain, child, stop };
    await wait(20);
  }
  await stop();
  throw new Error(`nginx does not listen:\n${errors}`);
}

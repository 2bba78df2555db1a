/** A PostgreSQL of a test's own, on a free port, which may be frozen and killed. */
import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { chownSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import pg from "pg";
import { freePort } from "../house/ports.ts";

/** Debian keeps the server's programs here; elsewhere they are on the path. */
function program(name: string): string {
  const versions = "/usr/lib/postgresql";
  try {
    const newest = readdirSync(versions).toSorted().at(-1) ?? "";
    return join(versions, newest, "bin", name);
  } catch {
    return name;
  }
}

/** PostgreSQL refuses to run as root. */
function owner(): { uid?: number; gid?: number } {
  if (process.getuid?.() !== 0) return {};
  const id = (flag: string) => Number(execFileSync("id", [flag, "postgres"], { encoding: "utf8" }));
  return { uid: id("-u"), gid: id("-g") };
}

export class OwnPostgres {
  readonly url: string;
  readonly #port: number;
  readonly #folder: string;
  #child: ChildProcess | undefined;

  private constructor(port: number, folder: string) {
    [this.#port, this.#folder] = [port, folder];
    this.url = `postgres://bijou@127.0.0.1:${port}/postgres`;
  }

  /** Made, not started. */
  static async make(): Promise<OwnPostgres> {
    const folder = mkdtempSync(join(tmpdir(), "bijou-postgres-"));
    const { uid, gid } = owner();
    if (uid !== undefined && gid !== undefined) chownSync(folder, uid, gid);
    const args = ["-D", join(folder, "data"), "-U", "bijou", "-A", "trust", "-N"];
    execFileSync(program("initdb"), args, { ...owner(), cwd: folder, stdio: "ignore" });
    return new OwnPostgres(await freePort(), folder);
  }

  async start(): Promise<void> {
    const places = ["-D", join(this.#folder, "data"), "-k", this.#folder, "-h", "127.0.0.1"];
    const args = [...places, "-p", String(this.#port), "-c", "max_connections=50"];
    this.#child = spawn(program("postgres"), args, {
      ...owner(),
      cwd: this.#folder,
      stdio: "ignore",
    });
    for (let tries = 0; ; tries++) {
      try {
        await this.ask("select 1");
        return;
      } catch (error) {
        if (tries === 100) throw error;
        await setTimeout(100);
      }
    }
  }

  /** Statements of the test's own, one after another. */
  async ask(...texts: string[]): Promise<void> {
    const client = new pg.Client(this.url);
    client.on("error", () => undefined);
    await client.connect();
    try {
      for (const text of texts) await client.query(text);
    } finally {
      await client.end();
    }
  }

  freeze(): void {
    this.#signal("SIGSTOP");
  }

  thaw(): void {
    this.#signal("SIGCONT");
  }

  /** As a power cut would. */
  async kill(): Promise<void> {
    const gone = this.#child && once(this.#child, "exit");
    this.#signal("SIGKILL");
    await gone;
    this.#child = undefined;
  }

  async remove(): Promise<void> {
    await this.kill();
    rmSync(this.#folder, { recursive: true });
  }

  /** All its processes: those behind the connections are its children. */
  #signal(signal: NodeJS.Signals): void {
    const pid = this.#child?.pid;
    if (pid === undefined) return;
    const children = readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8");
    const pids = [pid, ...children.split(" ").filter(Boolean).map(Number)];
    for (const one of signal === "SIGCONT" ? pids.toReversed() : pids) {
      try {
        process.kill(one, signal);
      } catch {
        // It has ended by itself.
      }
    }
  }
}

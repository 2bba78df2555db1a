/** A NATS server of one's own, to be stopped, killed and frozen. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { connect as dial } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { freePort } from "../house/ports.ts";

export interface NatsServer {
  readonly url: string;
  readonly port: number;
  start(): Promise<void>;
  kill(signal?: NodeJS.Signals): Promise<void>;
  freeze(): void;
  thaw(): void;
  close(): Promise<void>;
}

const isOpen = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = dial(port, "127.0.0.1");
    socket.once("connect", () => resolve(true)).once("error", () => resolve(false));
    socket.once("connect", () => socket.destroy());
  });

/**
 * Started when asked. The program is `nats-server` of the path, or the one NATS_SERVER names.
 *
 * @param more its further arguments
 */
export async function natsServer(more: readonly string[] = []): Promise<NatsServer> {
  const program = process.env.NATS_SERVER ?? "nats-server";
  const port = await freePort();
  const folder = await mkdtemp(join(tmpdir(), "bijou-nats-"));
  let child: ChildProcess | undefined;
  const start = async () => {
    const options = ["-a", "127.0.0.1", "-p", String(port), "-js", "-sd", folder, ...more];
    child = spawn(program, options, { stdio: "ignore" });
    let failed: Error | undefined;
    child.once("error", (error) => {
      failed = new Error(`${program} does not start (${error.message}): set NATS_SERVER to it.`);
    });
    while (!(await isOpen(port))) {
      if (failed) throw failed;
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  };
  const kill = async (signal: NodeJS.Signals = "SIGKILL") => {
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const gone = once(child, "exit");
    child.kill("SIGCONT");
    child.kill(signal);
    await gone;
  };
  return {
    url: `nats://127.0.0.1:${port}`,
    port,
    start,
    kill,
    freeze: () => child?.kill("SIGSTOP"),
    thaw: () => child?.kill("SIGCONT"),
    close: async () => {
      await kill();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

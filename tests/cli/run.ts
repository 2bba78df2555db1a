/** Runs `bijou` in this process, with a world of its own. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { Readable, Writable } from "node:stream";
import type { Io } from "../../cli/io.ts";
import { main } from "../../cli/main.ts";
import { token } from "./fake-door.ts";

export const root = resolve(import.meta.dirname, "../..");

function sink() {
  let text = "";
  const stream = new Writable({
    write(chunk, _encoding, done) {
      text += chunk;
      done();
    },
  });
  return { stream, text: () => text };
}

export interface World {
  cwd: string;
  env: Record<string, string | undefined>;
  close(): Promise<void>;
}

/** A folder and an environment in which nothing is set but where the config file goes. */
export async function world(env: World["env"] = {}): Promise<World> {
  const cwd = await mkdtemp(join(tmpdir(), "bijou-cli-"));
  return {
    cwd,
    env: { XDG_CONFIG_HOME: join(cwd, "config"), BIJOU_TOKEN: token, ...env },
    close: () => rm(cwd, { recursive: true, force: true }),
  };
}

interface More {
  stdin?: Iterable<string> | AsyncIterable<string>;
  onSignal?: Io["onSignal"];
}

export async function bijou(here: World, argv: string[], more: More = {}) {
  const out = sink();
  const err = sink();
  const code = await main({
    argv,
    env: here.env,
    cwd: here.cwd,
    root,
    stdin: Readable.from(more.stdin ?? [], { objectMode: false }) as unknown as Io["stdin"],
    stdout: out.stream,
    stderr: err.stream,
    onSignal: more.onSignal ?? (() => () => {}),
  });
  return { code, stdout: out.text(), stderr: err.text(), json: () => JSON.parse(out.text()) };
}

/** Between a document's write, its message's publishing and the clearing of its outbox. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const script = fileURLToPath(new URL("child.ts", import.meta.url));

const boundaries = [
  "before the write",
  "between the write and the publish",
  "as it is published",
  "once it is published",
  "between the publish and the clearing",
  "after the clearing",
  "before the effect",
  "between the effect and its acknowledgement",
];

async function run(env: Record<string, string>) {
  const child = spawn(process.execPath, ["--disable-warning=ExperimentalWarning", script], {
    env: {
      ...process.env,
      ...{ NODE_ENV: "development", NODE_PORT: "0", LOG_LEVEL: "fatal", SERVICES: "operations" },
      ...env,
    },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let [said, failed] = ["", ""];
  child.stdout.setEncoding("utf8").on("data", (text) => {
    said += text;
  });
  child.stderr.setEncoding("utf8").on("data", (text) => {
    failed += text;
  });
  const [code, signal] = await once(child, "close");
  return { code, signal, said, failed };
}

export interface Place {
  env: Record<string, string>;
  /** Removes what was kept. */
  forget(): Promise<void>;
}

/** @param make a place of its own for every test */
export function boundariesContract(engines: string, make: () => Promise<Place>): void {
  describe(`killed at every boundary, on ${engines}`, () => {
    // Most of the time a message waits to be given again: the tests wait together.
    test.concurrent.each(boundaries)(
      "nothing is lost and nothing is done twice: %s",
      async (boundary) => {
        const folder = await mkdtemp(join(tmpdir(), "bijou-boundary-"));
        const { env, forget } = await make();
        const place = { ...env, DATA_DIR: folder };
        try {
          const killed = await run({ ...place, BOUNDARY: boundary });
          expect(killed.signal).toBe("SIGKILL");
          expect(killed.said).not.toContain("sums");

          const { code, said, failed } = await run(place);

          expect({ code, failed }).toEqual({ code: 0, failed: "" });
          const { counter, entry } = JSON.parse(/^sums (.*)$/m.exec(said)?.[1] ?? "null");
          expect(counter).toMatchObject({ key: "one", total: 111 });
          expect(new Set(counter.claims).size).toBe(3);
          expect(entry).toMatchObject({ key: "one", total: 111 });
          expect(entry.claims).toHaveLength(3);
        } finally {
          await forget();
          await rm(folder, { recursive: true, force: true });
        }
      },
      120_000,
    );
  });
}

/**
 * Hashes passwords in a process of its own, at the lowest priority: who only reads is not kept
 * waiting by those who sign in. One hash at a time; ends when its parent does.
 */
import { setPriority } from "node:os";
import { hashRawSync } from "@node-rs/argon2";
import type { Answer, Job } from "./forking.ts";

setPriority(19);
const stillness = new Int32Array(new SharedArrayBuffer(4));

// A terminal's Ctrl+C reaches the whole group: what is under way is finished for the parent.
for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, () => undefined);
process.on("disconnect", () => process.exit());
process.on("message", ({ id, password, salt, cost, length, rests }: Job) => {
  const begun = performance.now();
  // argon2id, version 1.3: the library's presets.
  const hash = hashRawSync(password, {
    salt,
    memoryCost: cost.memoryKib,
    timeCost: cost.passes,
    parallelism: cost.parallelism,
    outputLen: length,
  });
  const tookMs = performance.now() - begun;
  process.send?.({ id, hash } satisfies Answer, () => {
    if (rests) Atomics.wait(stillness, 0, 0, tookMs);
  });
});

/**
 * Hashes passwords in a process of its own, at the lowest priority: who only reads is not kept
 * waiting by those who sign in. One hash at a time; ends when its parent does.
 */
import { argon2Sync } from "node:crypto";
import { setPriority } from "node:os";
import type { Answer, Job } from "./pool.ts";

setPriority(19);

// A terminal's Ctrl+C reaches the whole group: what is under way is finished for the parent.
for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, () => undefined);
process.on("disconnect", () => process.exit());
process.on("message", ({ id, password, salt, cost, length }: Job) => {
  const hash = argon2Sync("argon2id", {
    message: password,
    nonce: salt,
    memory: cost.memoryKib,
    passes: cost.passes,
    parallelism: cost.parallelism,
    tagLength: length,
  });
  process.send?.({ id, hash } satisfies Answer);
});

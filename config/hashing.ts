/** How passwords are hashed, as it is configured. */
import { availableParallelism } from "node:os";
import { Hasher } from "../mixins/passwords/hasher.ts";
import { env } from "./env.ts";
import { metrics } from "./observing.ts";

const { ARGON2_MEMORY_KIB, ARGON2_PASSES, ARGON2_CHILDREN, ARGON2_QUEUE } = env.accounts;

/** Asked once: each time it is looked up in files of the system. */
const cores = availableParallelism();

/** How many processes may hash at a time: no more than there are cores, and who reads is left one. */
export const working = (most: number, of: number, isRead: boolean): number =>
  Math.max(1, Math.min(most, of - Number(isRead)));

export const openHasher = (): Hasher =>
  new Hasher({
    cost: { memoryKib: ARGON2_MEMORY_KIB, passes: ARGON2_PASSES, parallelism: 1 },
    children: () => working(ARGON2_CHILDREN, cores, metrics.isRead),
    rests: () => metrics.isRead,
    queue: ARGON2_QUEUE,
  });

/** Doing again what another node was faster with: the fence in the store has said so. */
import { isProblem } from "../services/shared/problem.ts";
import { Conflict, Duplicate } from "./documents/failures.ts";

/**
 * Does a task that reads, decides and writes; a few times over where somebody wrote in between.
 *
 * @param before what was remembered and is not to be trusted any more is let go of
 * @throws what the task throws but for such races, and the last of those
 */
export async function raced<T>(
  task: () => Promise<T>,
  before: () => void = () => undefined,
  tries = 5,
): Promise<T> {
  for (let left = tries - 1; ; left--) {
    try {
      return await task();
    } catch (error) {
      const isRace = isProblem(error, Conflict) || isProblem(error, Duplicate);
      if (!isRace || left === 0) throw error;
      before();
    }
  }
}

/** Hashes where the process has no file descriptors left, and again where it has some. */
import { closeSync, openSync } from "node:fs";
import { Hasher } from "../../mixins/passwords/hasher.ts";

const cost = { memoryKib: 8_192, passes: 1, parallelism: 1 };
const hasher = new Hasher({ cost, children: () => 1, queue: 10 });
const typeOf = (work: Promise<unknown>) =>
  work.then(
    () => "done",
    ({ type, message }) => type ?? message,
  );
const held: number[] = [];
try {
  for (;;) held.push(openSync("/dev/null", "r"));
} catch {
  // There are none left.
}
const refused = await Promise.all([typeOf(hasher.hash("x")), typeOf(hasher.hash("y"))]);
for (const one of held) closeSync(one);
process.stdout.write([...refused, await typeOf(hasher.hash("z"))].join(" "));
hasher.close();

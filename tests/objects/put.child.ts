/**
 * A process that puts objects, to be killed or to meet a full disk: prints each key when its put
 * has ended, or what went wrong.
 *
 * node put.child.ts <root> <bytes of each object> [endless]
 */
import { writeSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { DirectoryStore } from "../../mixins/objects/directory.ts";

const [root = "", size = "0", endless] = process.argv.slice(2);
const say = (it: unknown) => writeSync(1, `${it}\n`);

async function* body() {
  for (let left = Number(size); left > 0; left -= 1000) yield Buffer.alloc(1000, "x");
  while (endless) {
    say("half");
    await sleep(5);
    yield Buffer.alloc(1000, "x");
  }
}

try {
  const store = await DirectoryStore.open(root);
  for (let n = 0; ; n++) {
    // Three keys, so that most puts replace something.
    const { sha256 } = await store.put(`films/${n % 3}`, body());
    say(`${n % 3} ${sha256}`);
  }
} catch (error) {
  say(`${error instanceof Error ? `${Reflect.get(error, "code")}: ${error.message}` : error}`);
}

/** A process that puts a large object into a bucket without end, to be killed. */
import { writeSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { S3Store } from "../../mixins/objects/s3.ts";

async function* body() {
  for (;;) {
    writeSync(1, "more\n");
    yield Buffer.alloc(2 * 1024 ** 2, "x");
    await sleep(50);
  }
}

const store = await S3Store.open(JSON.parse(process.env.SETTINGS ?? "{}"));
await store.put("film", body());

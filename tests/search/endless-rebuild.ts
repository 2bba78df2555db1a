/** Begins to build an index anew and never ends; says so when it has begun, to be killed. */
import { setTimeout as wait } from "node:timers/promises";
import { elasticSearch } from "../../mixins/search/elastic/engine.ts";
import { definition, film } from "./harness.ts";

const [url = "", prefix = "", leaseMs = ""] = process.argv.slice(2);
const engine = elasticSearch({ url, prefix, definition, leaseMs: Number(leaseMs) });
const rebuild = await engine.rebuild();
for (let n = 1; ; n++) {
  await rebuild.put([film(`half-${n}`)]);
  if (n === 3) console.log("begun");
  await wait(20);
}

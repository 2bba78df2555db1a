/** Puts batches of twenty films until it is killed, and says the number of each when it is in. */
import { sqliteSearch } from "../../mixins/search/sqlite/engine.ts";
import { definition, film } from "./harness.ts";

const engine = sqliteSearch({ folder: process.argv[2] ?? "", definition });
for (let batch = 1; ; batch++) {
  await engine.put(
    Array.from({ length: 20 }, (_, i) => film(`f${batch}-${i}`, { title: `Batch film ${batch}` })),
  );
  console.log(batch);
}

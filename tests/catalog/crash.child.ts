/**
 * A catalogue in a process of its own, to be killed: takes in rows batch by batch and prints how
 * many are acknowledged. The folder comes in CATALOG_FOLDER.
 */
import { writeSync } from "node:fs";
import { absorb } from "../../services/catalog/absorb.contract.ts";
import { newId } from "../../services/shared/ids.ts";
import { call } from "../../services/shared/wire.ts";
import { row, start } from "./house.ts";

const house = await start();
const run = newId();
const size = 40;
for (let taken = 0; ; ) {
  const rows = Array.from({ length: size }, (_, i) =>
    row(taken + i + 1, { titles: { en: `Survivor ${taken + i + 1}` } }),
  );
  await call(house, absorb, { run, rows });
  taken += size;
  writeSync(1, `${taken}\n`);
}

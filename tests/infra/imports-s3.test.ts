/** Imports whose files lie in a bucket: the thread opens the same one by plain settings. */
import { setTimeout as wait } from "node:timers/promises";
import type { ObjectsSettings } from "../../mixins/objects/open.ts";
import { S3Store } from "../../mixins/objects/s3.ts";
import { closeHouses, filmLines, gzip, openHouse, rejectsOf, run } from "../imports/house.ts";
import { ownPrefix } from "./engine-urls.ts";

const s3 = ownPrefix();
const objectsSettings: ObjectsSettings = { engine: "s3", s3 };

afterAll(async () => {
  await closeHouses();
  const store = await S3Store.open(s3, { sweep: false });
  for (const { key } of await store.list("", { limit: 1000 })) await store.remove(key);
  store.close();
});

test("are read, counted and reported; what they needed is let go of", async () => {
  const house = await openHouse(undefined, { objectsSettings });

  const done = await run(house, "wikipedia", {
    "one.ndjson.gz": gzip(filmLines(1, 700)),
    "two.ndjson": `${filmLines(701, 900)}no row\n`,
  });

  expect(done).toMatchObject({ status: "done", loaded: 900, rejected: 1 });
  expect(await rejectsOf(house, done)).toHaveLength(1);
  // They are let go of behind the end.
  const keys = async () => (await house.objects.list("")).map(({ key }) => key);
  while ((await keys()).length > 1) await wait(20);
  expect(await keys()).toEqual([`imports/${done.id}/rejects.ndjson`]);
});

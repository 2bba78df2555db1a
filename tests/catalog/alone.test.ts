import * as search from "../../services/catalog/search.contract.ts";
import { call } from "../../services/shared/wire.ts";
import { asGuest, close, start, stop } from "./house.ts";

afterAll(close);

test("the search runs alone, says that there is nothing yet, and stops at once", async () => {
  const house = await start("search");

  const { items, total } = await call(house, search.find, { q: "matrix" }, asGuest());
  await stop(house);

  expect([items, total]).toEqual([[], 0]);
});

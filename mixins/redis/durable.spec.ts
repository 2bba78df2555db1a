import { faultsOf } from "./durable.ts";

test("says what must be set, and nothing of a server that keeps what it is given", () => {
  expect(faultsOf({ appendonly: "yes", policy: "noeviction" })).toEqual([]);
  expect(faultsOf({ appendonly: "no", policy: "allkeys-lru" })).toEqual([
    "appendonly is no: set `appendonly yes`",
    "maxmemory-policy is allkeys-lru: set `maxmemory-policy noeviction`",
  ]);
});

import { chooseDocuments, contextsOf, engineOf } from "./documents-choice.ts";

const actors = ["accounts/auth", "accounts/users", "catalog/films"];
const contexts = contextsOf(actors);
const POSTGRES_URL = "postgres://house";
const MONGO_URL = "mongodb://house";
const faultsOf = (settings: object) => chooseDocuments(settings, contexts).faults;

test.each([
  [{}, "embedded"],
  [{ POSTGRES_URL }, "postgres"],
  [{ MONGO_URL }, "mongo"],
  [{ POSTGRES_URL, MONGO_URL, DOCUMENTS: "mongo" }, "mongo"],
  [{ POSTGRES_URL, DOCUMENTS: "embedded" }, "embedded"],
  [{ POSTGRES_URL, DOCUMENTS: "accounts=embedded" }, "postgres"],
  [{ REDIS_STORE_URL: "redis://house" }, "embedded"],
  [{ REDIS_STORE_URL: "redis://house", DOCUMENTS: "redis" }, "redis"],
])("%j keeps documents in %s", (settings, engine) => {
  const { choice, faults } = chooseDocuments(settings, contexts);

  expect(faults).toEqual([]);
  expect(choice.standard).toBe(engine);
});

test("keeps a context elsewhere, with all its actors", () => {
  const settings = { POSTGRES_URL, MONGO_URL, DOCUMENTS: "postgres, accounts=mongo" };
  const { choice } = chooseDocuments(settings, contexts);

  expect(engineOf(choice, "auth", actors)).toBe("mongo");
  expect(engineOf(choice, "users", actors)).toBe("mongo");
  expect(engineOf(choice, "films", actors)).toBe("postgres");
  expect(engineOf(choice, "nobody", actors)).toBe("postgres");
});

test.each([
  [{ POSTGRES_URL, MONGO_URL }, "both set: say in DOCUMENTS which keeps the documents"],
  [{ POSTGRES_URL, MONGO_URL, DOCUMENTS: "accounts=mongo" }, "both set: say in DOCUMENTS"],
  [{ DOCUMENTS: "oracle" }, 'DOCUMENTS="oracle": expected embedded, postgres, mongo'],
  [{ DOCUMENTS: "postgres" }, 'DOCUMENTS="postgres": set POSTGRES_URL'],
  [{ POSTGRES_URL, DOCUMENTS: "accounts=mongo" }, 'DOCUMENTS="accounts=mongo": set MONGO_URL'],
  [{ POSTGRES_URL, DOCUMENTS: "cellar=postgres" }, "expected context=engine, of accounts, catalog"],
  [{ POSTGRES_URL, DOCUMENTS: "postgres,embedded" }, "one engine for all is named already"],
])("%j is refused", (settings, fault) => {
  expect(faultsOf(settings)).toEqual([expect.stringContaining(fault)]);
});

import { change, get, list } from "../services/catalog/films.contract.ts";
import { find } from "../services/catalog/search.contract.ts";
import { drop } from "../services/operations/moves.contract.ts";
import { checkParams, requestOf } from "./request.ts";

test("names in the path leave the query and the body", () => {
  const id = "a/b";

  expect(requestOf(get, { id })).toEqual({ method: "GET", path: "/v1/films/a%2Fb" });
  expect(requestOf(change, { id, version: 2 })).toEqual({
    method: "PATCH",
    path: "/v1/films/a%2Fb",
    body: '{"version":2}',
  });
});

test("what is removed is named in the address, without a body", () => {
  expect(requestOf(drop, { id: "1" })).toEqual({ method: "DELETE", path: "/v1/backups/1" });
});

test("lists repeat their name, and what is not given is not said", () => {
  const { path } = requestOf(find, { q: "a&b", genre: ["war", "drama"], state: undefined });

  expect(path).toBe("/v1/search?q=a%26b&genre=war&genre=drama");
});

test("names every wrong parameter before anything is sent", () => {
  const wrong = () => checkParams(list, { limit: 0, sort: "colour" });

  expect(wrong).toThrow(/sort: .*limit: |limit: [\s\S]*sort: /);
});

import { mongo } from "mongoose";
import { EngineAway, WriteFailed } from "../failures.ts";
import { asProblem, isAway, isDuplicate } from "./failures.ts";

const server = (code: number) => new mongo.MongoServerError({ message: "said", code });
const cut = new mongo.MongoNetworkError("connection closed");

test("a server that cannot be reached, has no primary or does not answer in time is away", () => {
  const enclosed = Object.assign(server(0), { errorResponse: cut });

  for (const error of [cut, enclosed, server(10_107), server(91), server(64)]) {
    expect(isAway(error)).toBe(true);
    expect(asProblem(error)).toMatchObject({ type: EngineAway.type, cause: error });
  }
});

test("a full disk refuses the write; what nobody expects stays what it is", () => {
  const bug = server(2);

  expect(asProblem(server(14_031))).toMatchObject({ type: WriteFailed.type });
  expect(asProblem(bug)).toBe(bug);
  expect([isDuplicate(server(11_000)), isDuplicate(bug), isAway(bug)]).toEqual([
    ...[true, false, false],
  ]);
});

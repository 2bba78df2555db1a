import { EngineAway, WriteFailed } from "../failures.ts";
import { asProblem } from "./failures.ts";

const reply = (message: string) => Object.assign(new Error(message), { name: "ReplyError" });

test.each([
  new Error("Command timed out"),
  new Error("Connection is closed."),
  new Error("Stream isn't writeable and enableOfflineQueue options is false"),
  Object.assign(new Error("x"), { name: "MaxRetriesPerRequestError" }),
  reply("LOADING Redis is loading the dataset in memory"),
  reply("READONLY You can't write against a read only replica."),
  reply("CLUSTERDOWN The cluster is down"),
])("%s is an outage", (error) => {
  expect(asProblem(error)).toMatchObject({ type: EngineAway.type, cause: error });
});

test.each([
  "OOM command not allowed when used memory > 'maxmemory'.",
  "MISCONF Errors writing to the AOF file: No space left on device",
])("%s is a write that was refused", (message) => {
  expect(asProblem(reply(message))).toMatchObject({ type: WriteFailed.type });
});

test("what nobody expects stays what it is", () => {
  const bug = reply("WRONGTYPE Operation against a key holding the wrong kind of value");

  expect(asProblem(bug)).toBe(bug);
});

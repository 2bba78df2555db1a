import { z } from "zod";
import { problem } from "../shared/problem.ts";
import { answerTo } from "./problems.ts";
import { MethodRefused, TokenRefused } from "./refusals.ts";

const Busy = problem(
  "TEST_BUSY",
  409,
  { en: "Busy with {status}.", ru: "Занято: {status}." },
  z.object({ status: z.string() }),
);

describe("the answer to an error", () => {
  it("is the declared problem with its facts, which cannot overwrite what HTTP says", () => {
    expect(answerTo(Busy({ status: "running" }), "id-1", "ru")).toEqual({
      status: 409,
      headers: [],
      expected: true,
      body: {
        type: "/problems/TEST_BUSY",
        title: "Конфликт",
        status: 409,
        detail: "Занято: running.",
        instance: "id-1",
        data: { status: "running" },
      },
    });
  });

  it("knows a problem that came over the wire as a plain error", () => {
    const wired = Object.assign(new Error("Busy"), {
      name: "MoleculerError",
      type: "TEST_BUSY",
      code: 409,
      data: { status: "running" },
    });

    expect(answerTo(wired, "id", "en").body.detail).toBe("Busy with running.");
  });

  it.each([
    ["SERVICE_NOT_FOUND", 404, 503],
    ["SERVICE_NOT_AVAILABLE", 404, 503],
    ["REQUEST_TIMEOUT", 504, 504],
    ["REQUEST_SKIPPED", 514, 504],
    ["QUEUE_FULL", 429, 503],
  ])("hides how the house is made: %s", (type, code, status) => {
    const secret = Object.assign(new Error("films.get on node-7"), { type, code, data: { a: 1 } });

    const answer = answerTo(secret, "id", "en");

    expect(answer.status).toBe(status);
    expect(JSON.stringify(answer.body)).not.toMatch(/node-7|films|"a"/);
    expect(answer.headers).toEqual(status === 503 ? ["Retry-After", "2"] : []);
  });

  it.each([
    new Error("inside"),
    "inside",
    undefined,
    null,
    Object.assign(new Error("inside"), { type: "UNKNOWN_TYPE", code: 418 }),
    Object.assign(new Error("inside"), {
      type: "RESULT_INVALID",
      code: 500,
      data: { a: "inside" },
    }),
  ])("keeps the inside of what nobody declared: %p", (error) => {
    const { status, body, expected } = answerTo(error, "id", "en");

    expect({ status, expected }).toEqual({ status: 500, expected: false });
    expect(JSON.stringify(body)).not.toContain("inside");
  });

  it("says when to ask again, for guesses as for requests", () => {
    const told = (data: object) => answerTo({ type: "TEST_BUSY", data }, "id", "en").headers;

    expect(told({ retryAfter: 3 })).toEqual(["Retry-After", "3"]);
    expect(told({ retryAfterSeconds: 4 })).toEqual(["Retry-After", "4"]);
  });

  it("says in headers what the status asks for", () => {
    const refused = MethodRefused({ method: "PUT", allow: "GET, HEAD" });

    expect(answerTo(refused, "id", "en").headers).toEqual(["Allow", "GET, HEAD"]);
    expect(answerTo(TokenRefused(), "id", "en").headers[0]).toBe("WWW-Authenticate");
  });
});

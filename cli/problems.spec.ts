import { refusal } from "./problems.ts";

test.each([
  [404, 1],
  [422, 1],
  [500, 4],
  [501, 4],
  [503, 3],
  [507, 3],
])("%i ends the command with %i", (status, code) => {
  expect(refusal(status, {}).exit).toBe(code);
});

test.each(["/problems/FILM_STALE", "https://bijou.example/problems#film-stale", "FILM_STALE"])(
  "reads the type %s",
  (type) => {
    expect(refusal(412, { type }).facts.type).toBe("FILM_STALE");
  },
);

test("what a type says comes before what the caller takes it for", () => {
  const retired = refusal(401, { type: "OPERATOR_TOKEN_RETIRED" }, "The token is wrong.");
  const other = refusal(401, { type: "TOKEN_REFUSED" }, "The token is wrong.");

  expect(retired.facts.next).toBe("bijou login <email>");
  expect(other.facts.next).toBe("The token is wrong.");
});

test.each([undefined, "<html>", { type: "about:blank", title: 7, errors: "no" }, [null]])(
  "%j from a stranger still has a type, a title and a next step",
  (body) => {
    const { facts } = refusal(404, body);

    expect(facts).toMatchObject({ type: "HTTP_404", title: "The house answered 404." });
    expect(facts.next).not.toBe("");
  },
);

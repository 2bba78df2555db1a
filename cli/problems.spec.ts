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

test.each([undefined, "<html>", { type: "about:blank", title: 7, errors: "no" }, [null]])(
  "%j from a stranger still has a type, a title and a next step",
  (body) => {
    const { facts } = refusal(404, body);

    expect(facts).toMatchObject({ type: "HTTP_404", title: "The house answered 404." });
    expect(facts.next).not.toBe("");
  },
);

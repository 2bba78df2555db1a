import { exampleOf, jsonContent } from "./example.ts";

const person = {
  type: "object",
  properties: {
    email: { type: "string", format: "email" },
    password: { type: "string", minLength: 10 },
    born: { anyOf: [{ type: "string", format: "date" }, { type: "null" }] },
    age: { type: "integer", minimum: 18 },
    roles: { type: "array", items: { enum: ["viewer", "seller"] }, minItems: 1 },
  },
  required: ["email", "password", "roles"],
};

test("a question's example has what it must have, an answer's everything", () => {
  const least = {
    email: "jane@cinema.example",
    password: "velvet curtain 1927",
    roles: ["viewer"],
  };

  expect(exampleOf(person, false)).toEqual(least);
  expect(exampleOf(person, true)).toEqual({ ...least, born: "2026-11-21", age: 18 });
});

test.each([
  [{ type: "string", pattern: "^[a-z]{2}$" }, "en"],
  [{ type: "string", pattern: "^\\d{6}$" }, "123456"],
  [{ type: "string", minLength: 30 }, "0192f3a0-7c1e-7b60-9d55-3a1c0f7e2b11"],
  [{ type: ["string", "null"], maxLength: 2 }, "en"],
  [{ type: "number", maximum: 0.5 }, 0.5],
  [{ type: "integer", exclusiveMinimum: 4 }, 5],
  [{ const: "Bearer" }, "Bearer"],
  [{ type: "boolean" }, true],
  [{ type: "array", items: { $ref: "#/$defs/x" } }, []],
  [{ type: "string", default: "ru" }, "ru"],
])("%j has the example %j", (schema, example) => {
  expect(exampleOf(schema, true)).toEqual(example);
});

test.each([
  [{ type: "string", pattern: "^nothing that anybody would think of$" }],
  [{ $ref: "#/$defs/x" }],
  [{ type: "array", items: { type: "string" }, minItems: 7 }],
  [{ type: "object", properties: { a: { $ref: "#" } }, required: ["a"] }],
])("%j has none", (schema) => {
  expect(exampleOf(schema, true)).toBeUndefined();
  expect(jsonContent(schema, true)).toEqual({ "application/json": { schema } });
});

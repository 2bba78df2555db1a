/** That the journeys' questions do notice what a document does not promise. */
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { ask } from "./http.ts";

const thing = {
  type: "object",
  properties: { id: { type: "string", format: "uuid" }, next: { type: ["string", "null"] } },
  required: ["id"],
  additionalProperties: false,
};
const content = { "application/json": { schema: { $ref: "#/components/schemas/Thing" } } };
const document = {
  paths: { "/things/{id}": { get: { responses: { 200: { content }, 204: {} } } } },
  components: { schemas: { Thing: thing } },
};
let said = { status: 200, type: "application/json", text: "" };
const server = createServer((req, res) => {
  const isDocument = req.url === "/openapi.json";
  const { status, type, text } = isDocument
    ? { ...said, status: 200, text: JSON.stringify(document) }
    : said;
  res.writeHead(status, { "content-type": type }).end(text);
});
let door = "";
beforeAll(async () => {
  await once(server.listen(0, "127.0.0.1"), "listening");
  door = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => {
  server.close();
  server.closeAllConnections();
});

const id = "0192f3a0-7c1e-7b60-9d55-3a1c0f7e2b11";
const good = { status: 200, type: "application/json; charset=utf-8", text: JSON.stringify({ id }) };

test("what is promised passes", async () => {
  said = { status: 200, type: "application/json", text: "{}" };
  await ask(door, "GET", "/things/7").catch(() => undefined);
  said = good;

  expect((await ask(door, "GET", "/things/7?x=1")).json).toEqual({ id });
});

test.each([
  ["a status", { ...good, status: 201 }, "no 201"],
  ["a content type", { ...good, type: "text/html" }, "no text/html"],
  ["no body", { status: 204, type: "application/json", text: "" }, undefined],
  ["a field", { ...good, text: JSON.stringify({ id, more: 1 }) }, "additional properties"],
  ["a format", { ...good, text: JSON.stringify({ id: "7" }) }, "uuid"],
  ["a type", { ...good, text: JSON.stringify({ id, next: 7 }) }, "must be string,null"],
] as const)("%s that is not promised fails", async (_, given, fault) => {
  said = given;

  const asked = ask(door, "GET", "/things/7");

  if (fault) await expect(asked).rejects.toThrow(fault);
  else await expect(asked).resolves.toBeDefined();
});

test("an operation that is not in the document fails", async () => {
  said = good;

  await expect(ask(door, "POST", "/things/7")).rejects.toThrow("no such operation");
  await expect(ask(door, "GET", "/others")).rejects.toThrow("no such operation");
});

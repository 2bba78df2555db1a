/** Variant `plain`: node:http with the same bytes for every request. */
import { createServer } from "node:http";
import { film } from "./film.ts";
import { ready } from "./ready.ts";

const server = createServer((_req, res) => {
  const body = JSON.stringify(film);
  res.writeHead(200, {
    "Content-Type": "application/json; charset=utf-8",
    "Content-Length": Buffer.byteLength(body),
  });
  res.end(body);
});
server.listen(0, "127.0.0.1", () => ready(server, film.id));

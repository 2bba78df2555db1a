/** Elasticsearch behind TLS that asks who comes: its core has neither, so a door before it does. */
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { createServer as createTlsServer } from "node:https";
import type { AddressInfo, Server } from "node:net";
import { text } from "node:stream/consumers";
import { type ElasticSettings, elasticSearch } from "../../mixins/search/elastic/engine.ts";
import { certificate, key } from "../imports/certificate.ts";
import { newPrefix, removeIndices } from "../search/cluster.ts";
import { definition, film, ids } from "../search/harness.ts";
import { urlOf } from "./engine-urls.ts";

const url = urlOf("ELASTIC_URL", "an Elasticsearch");
const prefix = newPrefix();
const servers: Server[] = [];
afterAll(async () => {
  for (const server of servers) server.close();
  await removeIndices(prefix, url.href);
});

const apiKey = Buffer.from("id:secret").toString("base64");
const basic = Buffer.from("ann:p@ss word").toString("base64");

async function pass(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { authorization, accept = "", "content-type": type } = request.headers;
  response.setHeader("X-elastic-product", "Elasticsearch").setHeader("content-type", accept);
  if (authorization !== `ApiKey ${apiKey}` && authorization !== `Basic ${basic}`) {
    const cause = { type: "security_exception", reason: "who are you" };
    response.writeHead(401).end(JSON.stringify({ error: { ...cause, root_cause: [cause] } }));
    return;
  }
  const body = await text(request);
  const answer = await fetch(new URL(request.url ?? "/", url), {
    method: request.method ?? "GET",
    headers: { accept, ...(type ? { "content-type": type } : {}) },
    ...(body === "" ? {} : { body }),
  });
  response.writeHead(answer.status).end(await answer.text());
}

async function listening(server: Server): Promise<number> {
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return (server.address() as AddressInfo).port;
}
const handle = (request: IncomingMessage, response: ServerResponse) => void pass(request, response);
const safe = await listening(createTlsServer({ key, cert: certificate }, handle));
const plain = await listening(createServer(handle));

async function found(settings: Pick<ElasticSettings, "url" | "apiKey" | "ca">): Promise<string[]> {
  const engine = elasticSearch({ ...settings, prefix, definition });
  try {
    await engine.put([film("a")]);
    await engine.settle();
    return await ids(engine, { q: "a" });
  } finally {
    await engine.close();
  }
}

test.each([
  ["a key over TLS", { url: `https://localhost:${safe}`, apiKey, ca: certificate }],
  ["a user over TLS", { url: `https://ann:p%40ss%20word@localhost:${safe}`, ca: certificate }],
  ["a user", { url: `http://ann:p%40ss%20word@127.0.0.1:${plain}` }],
])("lets in %s", async (_, settings) => {
  expect(await found(settings)).toEqual(["a"]);
});

test("who is not let in is told what to check, and no secret is told", async () => {
  const wrong = found({ url: `http://ann:wrong-secret@127.0.0.1:${plain}` });

  await expect(wrong).rejects.toThrow(/refuses us .*ELASTIC_URL, or ELASTIC_API_KEY/);
  await expect(wrong).rejects.toThrow(expect.not.stringContaining("wrong-secret"));
});

test("a certificate that nobody vouches for is not taken", async () => {
  const settings = { url: `https://localhost:${safe}`, apiKey };

  await expect(found(settings)).rejects.toThrow(/certificate.*ELASTIC_CA/);
});

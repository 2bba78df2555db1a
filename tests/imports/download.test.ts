/** Files that cannot be fetched: what is said of them, and that nobody waits for ever. */
import { mkdtemp, rm, symlink } from "node:fs/promises";
import type { IncomingMessage, ServerResponse } from "node:http";
import { createServer, type Server } from "node:https";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { download } from "../../mixins/intake/download.ts";
import { named } from "../../mixins/intake/files.ts";
import { Unreadable } from "../../mixins/intake/unreadable.ts";
import { certificate, key } from "./certificate.ts";

let folder: string;
let server: Server;
let answer: (req: IncomingMessage, res: ServerResponse) => void;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "bijou-download-"));
  answer = (_, res) => void res.end("rows");
  server = createServer({ key, cert: certificate }, (req, res) => answer(req, res));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
});
afterEach(async () => {
  server.closeAllConnections();
  server.close();
  await rm(folder, { recursive: true, force: true });
});

const address = () => `https://localhost:${(server.address() as AddressInfo).port}/films`;

async function failureOf(url: string, more: object = {}): Promise<Unreadable> {
  const task = { url, path: join(folder, "file"), maxBytes: 1_000, pauseMs: 1 };
  const error = await download({ ...task, privateHosts: ["localhost"], ...more }).catch((e) => e);
  expect(error).toBeInstanceOf(Unreadable);
  return error;
}

const plain =
  "it cannot be fetched, tried 6 times. Check the address, that its server runs and that its " +
  "certificate is good, or see the log, then resume the import.";

test.each([
  ["nobody listens", "https://localhost:1/films", "ECONNREFUSED"],
  ["the name is nobody's", "https://nobody.invalid/films", /^(ENOTFOUND|EAI_AGAIN)$/],
])("where %s the system's word is kept for the log", async (_, url, code) => {
  const { message, cause } = await failureOf(url);

  expect(message).toBe(plain);
  expect((cause as NodeJS.ErrnoException).code).toMatch(code);
});

test("a certificate that is not trusted is no more said", async () => {
  const error = await failureOf(address());

  expect(error.message).toBe(plain);
  expect(named("films", error)).toMatchObject({ message: `films: ${plain}`, cause: error.cause });
});

test("a disk that takes no more is no matter of the network, and not tried again", async () => {
  const path = join(folder, "file");
  await symlink("/dev/full", path);
  const task = { url: address(), path, maxBytes: 1_000, ca: certificate };

  const failed = await download({ ...task, privateHosts: ["localhost"] }).catch((e) => e);

  expect(failed).toMatchObject({ code: "ENOSPC" });
});

const least = { bytes: 100, ms: 300 };
const slow = /^it hardly comes: .* then resume the import\.$/;

test("a server that sends one byte per connection is given up", async () => {
  answer = (req, res) => {
    const from = Number(/\d+/.exec(req.headers.range ?? "0")?.[0]);
    res.writeHead(from > 0 ? 206 : 200, { etag: '"one"', "content-length": 10_000 - from });
    res.write("x", () => setTimeout(() => res.destroy(), 20));
  };

  expect(
    (await failureOf(address(), { ca: certificate, least, maxBytes: 20_000 })).message,
  ).toMatch(slow);
});

test("so is one that sends byte by byte", async () => {
  answer = (_, res) => {
    const dripping = setInterval(() => res.write("x"), 20);
    res.on("close", () => clearInterval(dripping));
  };

  expect((await failureOf(address(), { ca: certificate, least })).message).toMatch(slow);
});

/** A small admin door over node:http that speaks the contracts, for tests of `bijou`. */
import { createHash } from "node:crypto";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { Import } from "../../services/imports/import.contract.ts";

export const token = "operator-token-of-the-tests";

export interface Asked {
  method: string;
  path: string;
  query: URLSearchParams;
  headers: IncomingMessage["headers"];
  body: Buffer;
}
/** `undefined` leaves the question open: the connection is cut. */
export interface Answer {
  status?: number;
  body?: unknown;
  type?: string;
  /** Breaks the connection in the middle of the body. */
  cut?: boolean;
}
export type Answers = Record<string, (asked: Asked) => Answer | undefined>;

export const importId = "0192f3a0-7c1e-7b60-9d55-3a1c0f7e2b11";

/** An import as the door tells it. */
export const anImport = (fields: Partial<Import> = {}): Import => ({
  id: importId,
  version: 1,
  source: "wikipedia",
  files: [{ name: "films.ndjson", object: "uploads/1" }],
  options: { state: "published", dryRun: false },
  status: "queued",
  stage: "waiting",
  rows: 0,
  loaded: 0,
  merged: 0,
  unchanged: 0,
  rejected: 0,
  bytesRead: 0,
  bytesTotal: null,
  rowsPerSecond: 0,
  quality: {
    nulls: {},
    normalised: {},
    unknownGenres: {},
    duplicates: 0,
    near: 0,
    orphans: 0,
  },
  error: null,
  schedule: null,
  createdAt: "2026-01-01T00:00:00.000Z",
  updatedAt: "2026-01-01T00:00:10.000Z",
  startedAt: "2026-01-01T00:00:00.000Z",
  storedAt: null,
  endedAt: null,
  ...fields,
});

export const aReport = (fields: Partial<Import> = {}): Import =>
  anImport({
    status: "done",
    stage: "done",
    rows: 36_273,
    loaded: 36_100,
    merged: 150,
    rejected: 23,
    bytesRead: 100,
    bytesTotal: 100,
    endedAt: "2026-01-01T00:00:14.000Z",
    ...fields,
  });

export const aProblem = (status: number, type: string, detail: string, more: object = {}) => ({
  status,
  type: "application/problem+json",
  body: { type: `/problems/${type}`, title: "Problem", status, detail, instance: "req-1", ...more },
});

const received = ({ query, body }: Asked): Answer => ({
  status: 201,
  body: {
    name: query.get("name"),
    object: "uploads/1",
    size: body.length,
    sha256: createHash("sha256").update(body).digest("hex"),
  },
});

/** What an import needs; tests replace single answers. */
export const importing = (states: Import[]): Answers => {
  let looked = 0;
  return {
    "GET /v1/imports": () => ({ body: { items: [], next: null } }),
    "POST /v1/imports/files": received,
    "POST /v1/imports": () => ({ status: 202, body: anImport() }),
    [`GET /v1/imports/${importId}`]: () => ({
      body: states[Math.min(looked++, states.length - 1)],
    }),
  };
};

function reply(res: ServerResponse, answer: Answer) {
  const { status = 200, body, type = "application/json", cut } = answer;
  if (cut) {
    res.writeHead(status, { "content-type": type, "content-length": 1_000 });
    return res.write("half", () => res.destroy());
  }
  res.writeHead(status, { "content-type": type });
  res.end(typeof body === "string" ? body : JSON.stringify(body));
}

/** Answers by "METHOD /path"; anything else is 404. Listens on a free port of this machine. */
export async function fakeDoor(answers: Answers) {
  const asked: Asked[] = [];
  const server = createServer(async (req, res) => {
    const { pathname: path, searchParams: query } = new URL(req.url ?? "", "http://door");
    const { method = "", headers } = req;
    const chunks: Buffer[] = [];
    try {
      for await (const chunk of req) chunks.push(chunk);
    } catch {
      return;
    }
    const question = { method, path, query, headers, body: Buffer.concat(chunks) };
    asked.push(question);
    const isForAll = /^\/(livez$|v1\/auth\/(sign-in|refresh))/.test(path);
    if (!isForAll && headers.authorization !== `Bearer ${token}`) {
      return reply(
        res,
        aProblem(401, "TOKEN_REFUSED", "The token is missing or not the right one."),
      );
    }
    const answer = answers[`${method} ${path}`];
    if (!answer) return reply(res, aProblem(404, "PATH_UNKNOWN", `There is nothing at ${path}.`));
    const said = answer(question);
    if (said === undefined) return req.socket.destroy();
    reply(res, said);
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    port,
    asked,
    answers,
    close: () =>
      new Promise<void>((done) => {
        server.close(() => done());
        server.closeAllConnections();
      }),
  };
}
export type FakeDoor = Awaited<ReturnType<typeof fakeDoor>>;

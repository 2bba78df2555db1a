import { connect } from "node:net";
import { actors, filmId } from "./actors.ts";
import { bearer, closeHouses, openHouse, portOf, rawAt } from "./house.ts";

type Door = Awaited<ReturnType<typeof openHouse>>;
let door: Door;
let raw: ReturnType<typeof rawAt>;

beforeAll(async () => {
  door = await openHouse({ services: actors().services, door: "admin" });
  raw = rawAt(door.server);
});
afterAll(closeHouses);

/** Status and problem of a raw answer. */
function read(text: string) {
  const [head = "", body = ""] = text.split("\r\n\r\n");
  return { status: Number(head.split(" ")[1]), head, body, problem: body && JSON.parse(body) };
}

const get = `GET /v1/films/${filmId} HTTP/1.1\r\nHost: x\r\nAuthorization: ${bearer.authorization}\r\n`;

describe("what is no request", () => {
  it.each([
    ["no HTTP", "hello\r\n\r\n"],
    ["an unknown method", "FROB / HTTP/1.1\r\nHost: x\r\n\r\n"],
    ["a bad version", "GET / HTTP/9.9\r\nHost: x\r\n\r\n"],
    ["a header without a colon", "GET / HTTP/1.1\r\nHost x\r\n\r\n"],
    ["a blank before the colon", "GET / HTTP/1.1\r\nHost : x\r\n\r\n"],
    ["a folded header", "GET / HTTP/1.1\r\nHost: x\r\n folded: y\r\n\r\n"],
    [
      "two lengths",
      "POST /v1/films HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n",
    ],
    [
      "a length beside chunks",
      "POST /v1/films HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    ],
    [
      "chunks disguised",
      "POST /v1/films HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n",
    ],
    ["a null in a header", "GET / HTTP/1.1\r\nHost: x\r\nA: b\0c\r\n\r\n"],
    ["a bare carriage return", "GET / HTTP/1.1\r\nHost: x\r\nA: b\rC: d\r\n\r\n"],
    ["a blank in the address", "GET /a b HTTP/1.1\r\nHost: x\r\n\r\n"],
  ])("is answered by 400 as problem+json: %s", async (_what, text) => {
    const { status, head, problem } = read(await raw(text));

    expect(status).toBe(400);
    expect(head.toLowerCase()).toContain("content-type: application/problem+json");
    expect(head.toLowerCase()).toContain("connection: close");
    expect(problem).toMatchObject({ type: "/problems/REQUEST_MALFORMED", status: 400 });
  });

  it("without a Host is 400 and says so", async () => {
    const { status, problem } = read(await raw("GET /livez HTTP/1.1\r\nConnection: close\r\n\r\n"));

    expect(status).toBe(400);
    expect(problem.detail).toContain("Host");
  });

  it("with headers that are too large or too many is 431", async () => {
    const large = read(await raw(`${get}A: ${"x".repeat(20_000)}\r\n\r\n`));
    const many = read(await raw(`${get}${"A: b\r\n".repeat(10_000)}\r\n`));

    expect([large.status, many.status]).toEqual([431, 431]);
    expect(large.problem.type).toBe("/problems/HEADERS_TOO_LARGE");
  });

  it("asks for the head alone, and gets it alone", async () => {
    const { status, head, body } = read(await raw(`HEAD /${"x".repeat(20_000)} HTTP/1.1\r\n\r\n`));

    expect(status).toBe(431);
    expect(head.toLowerCase()).toMatch(/content-length: [1-9]/);
    expect(body).toBe("");
  });

  it("that proxies want is 405", async () => {
    const { status } = read(await raw("CONNECT evil:443 HTTP/1.1\r\nHost: evil:443\r\n\r\n"));

    expect(status).toBe(405);
  });
});

describe("a request that is slow", () => {
  let raw: ReturnType<typeof rawAt>;
  beforeAll(async () => {
    const timeouts = { headers: 300, body: 300 };
    const hasty = await openHouse({ services: actors().services, door: "admin", timeouts });
    raw = rawAt(hasty.server);
  });

  it("with its headers is 408", async () => {
    const { status, problem } = read(await raw("GET /livez HTTP/1.1\r\nHost: x\r\nA: b"));

    expect(status).toBe(408);
    expect(problem.type).toBe("/problems/REQUEST_TOO_SLOW");
  });

  it("with its body is 408", async () => {
    const head = get.replace("GET /v1/films/", "PATCH /v1/films/");
    const { status, problem } = read(
      await raw(`${head}Content-Type: application/json\r\nContent-Length: 50\r\n\r\n{`),
    );

    expect(status).toBe(408);
    expect(problem.type).toBe("/problems/REQUEST_TOO_SLOW");
  });

  it("with a body that nobody wants is answered at once and cut soon", async () => {
    const began = Date.now();

    const answer = await raw(`${get}Content-Length: 50\r\n\r\n{`);

    expect(read(answer).status).toBe(200);
    expect(Date.now() - began).toBeLessThan(10_000);
  });
});

describe("headers of answers", () => {
  it("cannot be written by askers", async () => {
    const injected = "/v1/films/a%0d%0aSet-Cookie:%20x=1";
    const text = await raw(
      `GET ${injected} HTTP/1.1\r\nHost: x\r\nX-Request-Id: a\tb\r\nOrigin: https://a%0d%0aB: c\r\n` +
        `Authorization: ${bearer.authorization}\r\nConnection: close\r\n\r\n`,
    );

    expect(read(text).status).toBe(422);
    expect(read(text).head).not.toMatch(/set-cookie/i);
  });
});

describe("one connection", () => {
  it("goes on after a refusal, in order", async () => {
    const text = await raw(
      `GET /nothing HTTP/1.1\r\nHost: x\r\n\r\n${get}\r\nGET /livez HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`,
    );

    expect(text.match(/HTTP\/1\.1 \d+/g)).toEqual(["HTTP/1.1 404", "HTTP/1.1 200", "HTTP/1.1 200"]);
  });

  it("survives a sender of far too much, who can read why", async () => {
    const head = get.replace("GET /v1/films/", "PATCH /v1/films/");
    const body = Buffer.alloc(3_000_000, 0x20);
    const text = await new Promise<string>((resolve, reject) => {
      const socket = connect(portOf(door.server), "127.0.0.1");
      let got = "";
      socket.on("error", reject);
      socket.on("data", (chunk) => {
        got += chunk;
        if (got.includes("200 OK")) socket.destroy();
      });
      socket.on("close", () => resolve(got));
      socket.write(
        `${head}Content-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n`,
      );
      socket.write(body, () => socket.write(`GET /livez HTTP/1.1\r\nHost: x\r\n\r\n`));
    });

    expect(text).toContain("413 Payload Too Large");
    expect(text).toContain("200 OK");
  });
});

/** Paths, methods, origins and addresses by which one might get somewhere else than one may. */
import { ask, besieged, raw, type Siege, statusesIn } from "./siege.ts";

let house: Siege;
beforeAll(async () => {
  house = await besieged({ PUBLIC_ORIGINS: "https://cinema.example", RATE_PER_ADDRESS: "400" });
});
afterAll(() => house.stop());

describe("a path", () => {
  const tricks = [
    "//v1/films",
    "/v1//films",
    "/v1/films/",
    "/./v1/films",
    "/v1/../v1/accounts",
    "/../../etc/passwd",
    "/%2e%2e/%2e%2e/etc/passwd",
    "/docs/../../package.json",
    "/docs/%2e%2e%2fpackage.json",
    "/docs/..%5c..%5cpackage.json",
    "/docs/swagger-ui.css/../../../package.json",
    "/~node/actions",
    "/~node",
    "/$node",
    "/v1/$node/list",
    "/v1/call/$node.services",
    "/v1/call/auth.list",
    "/v1/call/answers.claim",
    "/api/films",
    "/V1/FILMS",
    "/v1/films%00",
    "/v1/films%00.json",
    "/v1/films;role=admin",
    "/v1%2ffilms",
    "/v1/films%2f..%2f..%2fv1%2faccounts",
    "/%76%31/accounts",
    "/v1/accounts",
    "/v1/nodes",
    "/v1/mail",
    "/metrics",
    "/.env",
    "/.git/config",
    "/constructor",
    "/__proto__",
    "/v1/__proto__",
    "*",
    "http://127.0.0.1:1/v1/accounts",
  ];

  it.each(tricks)("that is a trick leads nowhere: %s", async (path) => {
    for (const method of ["GET", "POST"]) {
      const answer = await raw(
        house.publicUrl,
        `${method} ${path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`,
      );
      expect(statusesIn(answer)).toHaveLength(1);
      expect([400, 404, 405, 422]).toContain(statusesIn(answer)[0]);
      expect(answer).not.toMatch(/root:|"dependencies"|\[core\]/);
    }
  });

  it("whose parameter is a trick is refused by the contract, and quoted harmlessly", async () => {
    for (const id of [
      "%2e%2e",
      "..%2f..%2f",
      "%00",
      "%0d%0aSet-Cookie:%20a=b",
      "%ff",
      "%zz",
      "a%20b",
    ]) {
      const { status, headers, text } = await ask(house.publicUrl, { path: `/v1/films/${id}` });
      expect([400, 404, 422]).toContain(status);
      expect(headers["set-cookie"]).toBeUndefined();
      expect(headers["content-type"]).toMatch(/^application\/problem\+json/);
      expect(text).not.toContain("\r\n");
    }
  });

  it("that is refused is shown as JSON that no browser runs", async () => {
    const path = "/%3Cscript%3Ealert(1)%3C/script%3E";
    const { status, headers } = await ask(house.publicUrl, { path });

    expect(status).toBe(404);
    expect(headers["x-content-type-options"]).toBe("nosniff");
    expect(headers["content-security-policy"]).toContain("default-src 'none'");
  });
});

describe("line ends", () => {
  it("in headers and parameters make no header of the answer", async () => {
    const end = "%0d%0aX-Evil:%201";
    const headers = {
      "x-request-id": `a${end}`,
      "accept-language": `ru${end}`,
      origin: `https://cinema.example${end}`,
      "if-none-match": `"${end}"`,
      traceparent: `00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01${end}`,
    };
    for (const path of [`/v1/search?q=${end}`, `/v1/films?cursor=${end}`, `/${end}`]) {
      const answer = await ask(house.publicUrl, { path, headers });
      expect(answer.headers["x-evil"]).toBeUndefined();
      expect(answer.headers["x-request-id"]).toMatch(/^[\w-]+$/);
      expect(answer.headers["access-control-allow-origin"]).toBeUndefined();
    }
  });

  it("bare within a header are refused", async () => {
    for (const value of ["a\rX-Evil: 1", "a\nX-Evil: 1", "a\0b"]) {
      const text = `GET /livez HTTP/1.1\r\nHost: x\r\nConnection: close\r\nX-Request-Id: ${value}\r\n\r\n`;
      const answer = await raw(house.publicUrl, text);
      expect(answer.split("\r\n\r\n")[0]).not.toMatch(/x-evil/i);
    }
  });
});

describe("methods", () => {
  it.each(["TRACE", "TRACK", "CONNECT", "PROPFIND", "PURGE", "FROB"])(
    "%s is refused",
    async (method) => {
      const secret = "Cookie: sid=canary\r\nAuthorization: Bearer canary\r\n";
      const answer = await raw(
        house.publicUrl,
        `${method} /v1/films HTTP/1.1\r\nHost: x\r\nConnection: close\r\n${secret}\r\n`,
      );

      expect([400, 405, 501]).toContain(statusesIn(answer)[0]);
      expect(answer).not.toContain("canary");
    },
  );

  it("HEAD is GET without a body, with the same guard", async () => {
    const head = await ask(house.publicUrl, { method: "HEAD", path: "/v1/films" });
    const closed = await ask(house.adminUrl, { method: "HEAD", path: "/v1/accounts" });

    expect([head.status, head.text]).toEqual([200, ""]);
    expect([closed.status, closed.text]).toEqual([401, ""]);
  });

  it("no header or parameter makes another method of one", async () => {
    const headers = { "x-http-method-override": "DELETE", "x-original-url": "/v1/accounts" };
    const answer = await ask(house.publicUrl, { path: "/v1/films", headers });

    expect(answer.status).toBe(200);
    expect(answer.json).toHaveProperty("items");
  });

  it("OPTIONS says what there is, and lets nobody in", async () => {
    const there = await ask(house.publicUrl, { method: "OPTIONS", path: "/v1/films" });
    const nowhere = await ask(house.publicUrl, { method: "OPTIONS", path: "/v1/accounts" });

    expect([there.status, there.headers.allow]).toEqual([204, "GET, HEAD, OPTIONS"]);
    expect(nowhere.status).toBe(404);
  });
});

describe("another origin", () => {
  const asked = async (origin: string, url = house.publicUrl) => {
    const wanted = { origin, "access-control-request-method": "GET" };
    const path = "/v1/search?q=a";
    const preflight = await ask(url, { method: "OPTIONS", path, headers: wanted });
    const answer = await ask(url, { path, headers: { origin } });
    return [preflight, answer].map(({ headers }) => headers["access-control-allow-origin"]);
  };

  it("that is listed may read, a foreign one may not, whatever it looks like", async () => {
    const own = "https://cinema.example";

    expect(await asked(own)).toEqual([own, own]);
    for (const origin of [
      "https://evil.example",
      "https://cinema.example.evil.example",
      "https://evilcinema.example",
      "https://cinema.example:8443",
      "http://cinema.example",
      "https://CINEMA.example",
      "null",
      "*",
    ]) {
      expect(await asked(origin)).toEqual([undefined, undefined]);
    }
  });

  it("of one door is foreign at the others, and credentials are never allowed", async () => {
    const origin = "https://cinema.example";
    const { headers } = await ask(house.publicUrl, { path: "/v1/films", headers: { origin } });

    expect(await asked(origin, house.adminUrl)).toEqual([undefined, undefined]);
    expect(headers["access-control-allow-credentials"]).toBeUndefined();
    expect(headers.vary).toContain("Origin");
  });
});

it("a forged address gains nothing against limits", async () => {
  const left = async (i: number) => {
    const forged = `203.0.113.${i % 250}`;
    const { status, headers } = await ask(house.publicUrl, {
      path: "/v1/films",
      headers: { "x-forwarded-for": forged, "x-real-ip": forged, forwarded: `for=${forged}` },
    });
    return { status, left: Number(headers["ratelimit-remaining"] ?? 0) };
  };

  const first = await left(0);
  const others = await Promise.all(Array.from({ length: 900 }, (_, i) => left(i)));

  expect(first.left).toBeLessThan(400);
  expect(others.filter(({ status }) => status === 429).length).toBeGreaterThan(0);
});

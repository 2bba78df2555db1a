/**
 * The files of deploy/nginx in the real nginx: before two houses, one of which is killed, and before
 * doors of the test, which see what arrives and fail as they are told.
 */
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer, type IncomingMessage, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { cors, preflight } from "../../mixins/http/headers.ts";
import { end, filmsOf, load, type Street, street } from "../deploy/houses.ts";
import { type Nginx, startNginx } from "../deploy/nginx.ts";
import { asker, type Certificate, selfSigned } from "../deploy/tls.ts";
import { freePort } from "../house/ports.ts";
import type { House } from "../house/process.ts";

const folder = mkdtempSync(join(tmpdir(), "bijou-nginx-"));
const names = ["api.cinema.example", "admin.cinema.example"];
let certificate: Certificate;
const closing: (() => unknown)[] = [];
beforeAll(() => {
  certificate = selfSigned(folder, names);
});
afterAll(async () => {
  for (const close of closing.reverse()) await close();
  rmSync(folder, { recursive: true });
});

/** nginx, and somebody who asks it; both end with the tests. */
async function before(
  name: string,
  wanted: Omit<Parameters<typeof startNginx>[1], "key" | "certificate">,
) {
  const nginx = await startNginx(join(folder, name), { ...wanted, ...certificate });
  const client = asker(nginx.port, certificate);
  closing.push(nginx.stop, client.close);
  return { nginx, ...client };
}

describe("before two houses", () => {
  let houses: Street;
  let one: House;
  let other: House;
  let nginx: Nginx;
  let ask: ReturnType<typeof asker>["ask"];
  let films: string[];
  /** Where each house is, also when it was started again. */
  const places: Record<string, Record<string, string>> = {};
  const open = (name: "one" | "other") => houses.open(name, places[name]);

  beforeAll(async () => {
    houses = await street(["one", "other"]);
    closing.push(houses.close);
    for (const name of ["one", "other"] as const) {
      const [PUBLIC_PORT, ADMIN_PORT] = [String(await freePort()), String(await freePort())];
      places[name] = { PUBLIC_PORT, ADMIN_PORT, TRUSTED_PROXIES: "127.0.0.1" };
    }
    [one, other] = await Promise.all([open("one"), open("other")]);
    films = await filmsOf(one);
    const doors = { publicDoors: [one, other].map(({ publicUrl }) => publicUrl) };
    const adminDoors = [one, other].map(({ adminUrl }) => adminUrl);
    ({ nginx, ask } = await before("houses", { ...doors, adminDoors, trusted: "127.0.0.5" }));
  }, 60_000);

  test("TLS ends at the proxy, and plain HTTP is told to come back with it", async () => {
    const film = await ask(`/v1/films/${films[0]}`);
    const plain = await fetch(`http://127.0.0.1:${nginx.plainPort}/v1/films?limit=1`, {
      redirect: "manual",
      headers: { host: "api.cinema.example" },
    });

    expect(JSON.parse(film.text)).toMatchObject({ id: films[0] });
    expect(film.headers["strict-transport-security"]).toBe("max-age=31536000");
    expect(plain.status).toBe(308);
    expect(plain.headers.get("location")).toMatch(/^https:\/\/[^/]+\/v1\/films\?limit=1$/);
  });

  test("a name that is not ours gets no handshake", async () => {
    await expect(ask("/livez", { name: "foreign.example" })).rejects.toThrow(/unrecognized|alert/i);
  });

  test("each name leads to its own door", async () => {
    const name = "admin.cinema.example";

    const [closed, open, api] = await Promise.all([
      ask("/v1/imports", { name }),
      ask("/v1/imports", { name, headers: { authorization: `Bearer ${one.token}` } }),
      ask("/v1/imports"),
    ]);

    expect([closed.status, open.status, api.status]).toEqual([401, 200, 404]);
  });

  test("the doors compress, and say by which id the logs of both are read", async () => {
    const headers = { "accept-encoding": "gzip", "x-request-id": "asked-by-a-test" };

    const answer = await ask("/v1/films?limit=20", { headers });

    expect(answer.headers).toMatchObject({
      "content-encoding": "gzip",
      "x-request-id": "asked-by-a-test",
    });
    // The line is written after the answer.
    const log = () => readFileSync(join(folder, "houses/logs/bijou.log"), "utf8");
    while (!log().includes("asked-by-a-test")) await wait(10);
  });

  test("a forged X-Forwarded-For is no other address, and one of a trusted proxy is", async () => {
    const left = async (headers: Record<string, string>, localAddress = "127.0.0.1") => {
      // Both houses count: of several questions to each the last tells.
      const answers = [];
      for (let n = 0; n < 8; n++)
        answers.push(await ask("/v1/films?limit=1", { headers, localAddress }));
      return Math.min(...answers.map((answer) => Number(answer.headers["ratelimit-remaining"])));
    };
    const plain = await left({});

    const forged = [];
    for (const address of ["203.0.113.1", "203.0.113.2, 127.0.0.1", "::1"]) {
      forged.push(
        await left({
          "x-forwarded-for": address,
          "x-real-ip": address,
          forwarded: `for=${address}`,
        }),
      );
    }
    const trusted = await left({ "x-forwarded-for": "1.1.1.1, 203.0.113.9" }, "127.0.0.5");
    const same = await left({ "x-forwarded-for": "203.0.113.9" }, "127.0.0.5");

    expect(forged).toEqual([plain - 4, plain - 8, plain - 12]);
    expect(trusted).toBe(999_996);
    expect(same).toBe(999_992);
  });

  test("a house that is killed under load costs no read", async () => {
    const paths = ["/v1/films?limit=5", "/readyz", ...films.map((id) => `/v1/films/${id}`)];
    const reading = load(async (n) => (await ask(paths[n % paths.length] ?? "/")).status);
    await wait(700);

    await end(one);
    await wait(1_500);

    const statuses = await reading.stop();
    expect(Object.keys(statuses)).toEqual(["200"]);
    expect(statuses[200]).toBeGreaterThan(100);
    const log = readFileSync(join(folder, "houses/logs/bijou.log"), "utf8");
    expect(log).toContain(`"bijou.tried":"${new URL(other.publicUrl).host}"`);
    // Somebody was in the middle of it, and was answered all the same.
    expect(log).toMatch(/"bijou.tried":"[\d.:]+, [\d.:]+","bijou.answers":"502, 200"/);
  }, 60_000);

  test("houses restarted in turn under load cost no request that is safe to repeat", async () => {
    one = await open("one");
    const paths = ["/v1/films?limit=5", ...films.map((id) => `/v1/films/${id}`)];
    const reading = load(async (n) => (await ask(paths[n % paths.length] ?? "/")).status);
    // Not safe to repeat: one that is sent into a connection just being closed is answered 503.
    const writing = load(async () => {
      await wait(20);
      return (await ask("/v1/guests", { method: "POST" })).status;
    }, 4);
    await wait(500);

    const exits = [];
    for (const name of ["one", "other"] as const) {
      const { child } = name === "one" ? one : other;
      const gone = once(child, "exit");
      child.kill("SIGTERM");
      exits.push(await gone);
      const house = await open(name);
      if (name === "one") one = house;
      else other = house;
      // Longer than nginx leaves alone who has failed.
      await wait(5_500);
    }

    const [read, written] = [await reading.stop(), await writing.stop()];
    expect(Object.keys(read)).toEqual(["200"]);
    expect(read[200]).toBeGreaterThan(500);
    const { 201: done = 0, 503: refused = 0, ...others } = written;
    expect(others).toEqual({});
    expect(refused).toBeLessThan(done / 20);
    expect(exits).toEqual([
      [0, null],
      [0, null],
    ]);
  }, 90_000);
});

/** A door that tells what it is asked, and breaks off where `broken`. */
async function testDoor() {
  const asked: IncomingMessage[] = [];
  const door = { asked, broken: false, url: "", server: undefined as Server | undefined };
  door.server = createServer((req, res) => {
    asked.push(req);
    if (door.broken) return void req.resume().on("end", () => req.socket.destroy());
    if (req.url?.startsWith("/v1/imports/files")) return;
    req.resume();
    res.writeHead(200, { vary: "Accept-Encoding" }).end("{}");
  }).on("upgrade", (req, socket) => {
    asked.push(req);
    socket.write("HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n");
    socket.write("Connection: Upgrade\r\n\r\n");
    socket.pipe(socket);
  });
  await once(door.server.listen(0, "127.0.0.1"), "listening");
  door.url = `http://127.0.0.1:${(door.server.address() as AddressInfo).port}`;
  closing.push(() => door.server?.closeAllConnections() ?? door.server?.close());
  return door;
}
type TestDoor = Awaited<ReturnType<typeof testDoor>>;

describe("before doors that break off", () => {
  const origin = "https://www.cinema.example";
  let doors: TestDoor[];
  let client: Awaited<ReturnType<typeof before>>;
  const asks = () => doors.reduce((sum, { asked }) => sum + asked.length, 0);

  beforeAll(async () => {
    doors = [await testDoor(), await testDoor()];
    const urls = doors.map(({ url }) => url);
    const wanted = { publicDoors: urls, adminDoors: urls, origins: [origin], forgiving: true };
    client = await before("doors", wanted);
  });
  beforeEach(() => {
    for (const door of doors) {
      door.asked.length = 0;
      door.broken = false;
    }
  });

  test.each(["GET", "PUT", "DELETE"])("%s is asked of the other one", async (method) => {
    for (const door of doors) door.broken = true;

    const { status, headers, text } = await client.ask("/v1/films", { method });

    expect(asks()).toBe(2);
    expect(status).toBe(503);
    expect(headers["retry-after"]).toBe("2");
    expect(headers["content-type"]).toBe("application/problem+json");
    expect(JSON.parse(text)).toMatchObject({ type: "/problems/UNAVAILABLE", status: 503 });
  });

  test.each(["POST", "PATCH"])("%s is asked once: it may have been done", async (method) => {
    for (const door of doors) door.broken = true;

    const { status } = await client.ask("/v1/films", { method, body: "{}" });

    expect(asks()).toBe(1);
    expect(status).toBe(503);
  });

  test("what a POST changes is asked of the other one where nothing was sent", async () => {
    doors[0]?.server?.close();
    doors[0]?.server?.closeAllConnections();

    const statuses = [];
    for (let n = 0; n < 6; n++) {
      statuses.push((await client.ask("/v1/films", { method: "POST", body: "{}" })).status);
    }

    expect(statuses).toEqual([200, 200, 200, 200, 200, 200]);
    expect(asks()).toBe(6);
    await once(
      doors[0]?.server?.listen(Number(new URL(doors[0].url).port), "127.0.0.1") as Server,
      "listening",
    );
  });

  test("connections to a door are kept", async () => {
    for (let n = 0; n < 10; n++) await client.ask("/v1/films");

    const sockets = new Set(doors.flatMap(({ asked }) => asked.map(({ socket }) => socket)));
    expect(sockets.size).toBeLessThanOrEqual(3);
    expect(doors.flatMap(({ asked }) => asked)[0]?.headers).toMatchObject({
      host: "api.cinema.example",
      "x-forwarded-for": "127.0.0.1",
      "x-forwarded-proto": "https",
    });
  });

  test("an address arrives as it was asked", async () => {
    await client.ask("/v1//films/%2e%2e/x?a=%20b");

    expect(doors.flatMap(({ asked }) => asked)[0]?.url).toBe("/v1//films/%2e%2e/x?a=%20b");
  });

  test("a body that is too large is refused as a door would, and of an upload is no talk", async () => {
    const large = Buffer.alloc(3 * 1024 ** 2);

    const refused = await client.ask("/v1/films", { method: "POST", body: large });

    expect(refused.status).toBe(413);
    expect(JSON.parse(refused.text)).toMatchObject({ type: "/problems/BODY_TOO_LARGE" });
    expect(asks()).toBe(0);
  });

  test("an upload reaches the door piece by piece", async () => {
    const name = "admin.cinema.example";
    const headers = { "transfer-encoding": "chunked" };
    const req = client.begin("/v1/imports/files?name=x", { name, method: "POST", headers });
    req.on("error", () => undefined);

    req.write("the first piece");
    while (asks() === 0) await wait(10);
    const [first] = await once(doors.flatMap(({ asked }) => asked)[0] as IncomingMessage, "data");

    expect(String(first)).toBe("the first piece");
    req.destroy();
  });

  test("sockets go through both ways", async () => {
    const headers = { upgrade: "websocket", connection: "Upgrade" };
    const req = client.begin("/v1/realtime/?transport=websocket", { headers });
    req.end();
    const [, socket] = await once(req, "upgrade");

    socket.write("told");
    const [back] = await once(socket, "data");

    expect(String(back)).toBe("told");
    socket.destroy();
  });

  const listed = (headers: readonly string[]): [string, string][] =>
    headers.flatMap((name, at) => (at % 2 ? [] : [[name.toLowerCase(), headers[at + 1] ?? ""]]));

  test("CORS is answered by the proxy in the words of the doors", async () => {
    const asked = { origin, "access-control-request-method": "PATCH" };

    const before = await client.ask("/v1/films/x", { method: "OPTIONS", headers: asked });
    const after = await client.ask("/v1/films", { headers: { origin } });

    const own = listed(cors([origin]).of(origin));
    expect(before.status).toBe(204);
    expect(asks()).toBe(1);
    expect(before.headers).toMatchObject(
      Object.fromEntries([
        ...own,
        ...listed(preflight("GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS")),
      ]),
    );
    expect(after.headers).toMatchObject(Object.fromEntries(own));
    expect(after.headers.vary).toBe("Accept-Encoding, Origin");
    expect(after.headers["access-control-allow-methods"]).toBeUndefined();
  });

  test("a foreign origin gets nothing of it", async () => {
    const headers = { origin: "https://evil.example", "access-control-request-method": "GET" };

    const answer = await client.ask("/v1/films", { method: "OPTIONS", headers });

    expect(asks()).toBe(1);
    expect(Object.keys(answer.headers).filter((name) => name.startsWith("access-"))).toEqual([]);
  });
});

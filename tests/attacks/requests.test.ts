/** Requests that are made to break who reads them: framing, headers, bodies. */
import { connect } from "node:net";
import { setTimeout as wait } from "node:timers/promises";
import { memoryOf } from "../house/process.ts";
import { ask, besieged, raw, type Siege, statusesIn } from "./siege.ts";

let house: Siege;
beforeAll(async () => {
  house = await besieged();
});
afterAll(() => house.stop());

const register = "POST /v1/auth/register HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n";
const hidden = "GET /v1/smuggled HTTP/1.1\r\nHost: x\r\n\r\n";
const well = async () => (await ask(house.publicUrl, { path: "/livez" })).status;

describe("framing that two readers could take for two things", () => {
  it.each([
    ["a length beside chunks", `Content-Length: 6\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`],
    ["chunks beside a length", `Transfer-Encoding: chunked\r\nContent-Length: 6\r\n\r\n0\r\n\r\n`],
    ["two lengths", "Content-Length: 2\r\nContent-Length: 80\r\n\r\n{}"],
    ["two lengths in one", "Content-Length: 2, 80\r\n\r\n{}"],
    ["two equal lengths", "Content-Length: 2\r\nContent-Length: 2\r\n\r\n{}"],
    ["a length with a sign", "Content-Length: +2\r\n\r\n{}"],
    ["a length in hexadecimal", "Content-Length: 0x2\r\n\r\n{}"],
    ["a negative length", "Content-Length: -1\r\n\r\n{}"],
    ["chunks in disguise", "Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n"],
    ["chunks behind a tab", "Transfer-Encoding:\tchunked, identity\r\n\r\n0\r\n\r\n"],
    ["chunks twice", "Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n\r\n0\r\n\r\n"],
    ["a folded header", "A: b\r\n Content-Length: 80\r\n\r\n{}"],
    ["a blank before the colon", "Content-Length : 80\r\n\r\n{}"],
    ["a chunk of a wrong size", "Transfer-Encoding: chunked\r\n\r\nzz\r\n{}\r\n0\r\n\r\n"],
    ["a chunk of a vast size", "Transfer-Encoding: chunked\r\n\r\nfffffffffffffffff\r\n{}"],
    ["line feeds alone", "A: b\nContent-Length: 2\n\n{}"],
  ])("is refused and nothing behind it is read: %s", async (_what, rest) => {
    const answer = await raw(house.publicUrl, `${register}${rest}${hidden}`);

    expect(statusesIn(answer)).toEqual([400]);
    expect(answer).not.toContain("smuggled");
    expect(await well()).toBe(200);
  });

  it("an upgrade to what nobody speaks here is an ordinary request", async () => {
    for (const upgrade of ["h2c", "websocket", "TLS/1.0, HTTP/1.1"]) {
      const text = `GET /v1/films HTTP/1.1\r\nHost: x\r\nConnection: Upgrade, close\r\nUpgrade: ${upgrade}\r\n\r\n`;
      expect(statusesIn(await raw(house.publicUrl, text))).toEqual([200]);
    }
  });

  it("leave to send a body that is too large is not given", async () => {
    const wait = "Connection: close\r\nExpect: 100-continue\r\nContent-Length: 99999999\r\n\r\n";

    expect(statusesIn(await raw(house.publicUrl, `${register}${wait}`))).toEqual([413]);
  });

  it("thousands of requests in one piece are answered in turn", async () => {
    const one = "GET /livez HTTP/1.1\r\nHost: x\r\n";
    const text = `${`${one}\r\n`.repeat(2_000)}${one}Connection: close\r\n\r\n`;
    const statuses = statusesIn(await raw(house.publicUrl, text));

    expect(statuses).toHaveLength(2_001);
    expect(new Set(statuses)).toEqual(new Set([200]));
  });

  it("two hosts are refused", async () => {
    const two = "GET /livez HTTP/1.1\r\nHost: a\r\nHost: b\r\nConnection: close\r\n\r\n";

    expect(statusesIn(await raw(house.publicUrl, two))).toEqual([400]);
  });
});

describe("headers", () => {
  it("ten thousand, or one of a megabyte, are refused and said to be too large", async () => {
    const get = "GET /livez HTTP/1.1\r\nHost: x\r\n";

    const many = await raw(house.publicUrl, `${get}${"A: b\r\n".repeat(10_000)}\r\n`);
    const large = await raw(house.publicUrl, `${get}A: ${"x".repeat(1_000_000)}\r\n\r\n`);
    const address = await raw(house.publicUrl, `GET /${"x".repeat(1_000_000)} HTTP/1.1\r\n\r\n`);

    expect([many, large, address].map(statusesIn)).toEqual([[431], [431], [431]]);
    expect(await well()).toBe(200);
  });

  it("that hundreds send slowly end after a while, and hold up nobody", async () => {
    const { hostname, port } = new URL(house.publicUrl);
    let ended = 0;
    const sockets = Array.from({ length: 300 }, () => {
      const socket = connect(Number(port), hostname, () => socket.write("GET / HTTP/1.1\r\nA: "));
      const drip = setInterval(() => socket.write("x"), 500);
      socket.on("error", () => {}).resume();
      return socket.on("close", () => {
        clearInterval(drip);
        ended++;
      });
    });

    expect(await well()).toBe(200);
    for (let tries = 0; tries < 250 && ended < sockets.length; tries++) await wait(100);

    expect(ended).toBe(sockets.length);
  }, 60_000);
});

describe("bodies", () => {
  it("that come slowly hold up nobody and end", async () => {
    const { hostname, port } = new URL(house.publicUrl);
    const socket = connect(Number(port), hostname, () =>
      socket.write(`${register}Content-Length: 500\r\n\r\n{`),
    );
    const drip = setInterval(() => socket.write(" "), 1_000);
    let got = "";
    socket.on("data", (piece) => {
      got += piece;
    });

    expect(await well()).toBe(200);
    await new Promise((resolve) => socket.on("error", () => {}).on("close", resolve));
    clearInterval(drip);

    expect(statusesIn(got)).toEqual([408]);
  }, 60_000);

  it("of a gigabyte are refused when announced, and cut when they are not", async () => {
    const before = memoryOf(house.child).now;
    const announced = await raw(
      house.publicUrl,
      `${register}Connection: close\r\nContent-Length: 1073741824\r\n\r\n{`,
    );
    const { got, sent } = await flood(1024 ** 3);

    expect(statusesIn(announced)).toEqual([413]);
    expect(statusesIn(got)).toEqual([413]);
    expect(sent).toBeLessThan(1024 ** 3);
    expect(memoryOf(house.child).most - before).toBeLessThan(200);
    expect(await well()).toBe(200);
  });

  it("nested deeply, or of a million keys, are refused at once", async () => {
    const deep = `${"[".repeat(100_000)}${"]".repeat(100_000)}`;
    const inner = `{"email":${'{"a":'.repeat(50_000)}1${"}".repeat(50_000)}}`;
    const wide = `{${Array.from({ length: 60_000 }, (_, i) => `"k${i}":1`).join()}}`;

    for (const body of [deep, inner, wide]) {
      const { status } = await ask(house.publicUrl, { path: "/v1/auth/register", body });
      expect([400, 413]).toContain(status);
    }
    expect(await well()).toBe(200);
  });

  it("of a megabyte of keys, or broken at its end, hold up nobody and are not echoed", async () => {
    const keys = `{${Array.from({ length: 90_000 }, (_, i) => `"k${i}":0`)}}`;
    const broken = `[${"1,".repeat(500_000)}x]`;
    const some = `{${Array.from({ length: 900 }, (_, i) => `"a stranger ${i}":0`)}}`;
    const signIn = { url: house.publicUrl, path: "/v1/auth/sign-in" };
    const me = { url: house.publicUrl, path: "/v1/me", method: "PATCH" };
    const films = { url: house.adminUrl, path: "/v1/films", token: house.token };

    for (const [{ url, ...at }, body, status] of [
      [signIn, keys, 413],
      [signIn, broken, 413],
      [signIn, some, 422],
      [me, `{"preferences":${keys}}`, 413],
      [films, keys, 400],
      [films, broken, 400],
      [films, `{"titles":${some}}`, 422],
    ] as const) {
      const waits: number[] = [];
      for (let tries = 0; tries < 5; tries++) {
        const { longest, answer } = await beside(url, ask(url, { ...at, body }));
        waits.push(longest);
        expect(answer.status).toBe(status);
        expect(answer.text.length).toBeLessThan(30_000);
      }
      // The quickest of them: the machine may be busy with others.
      expect(Math.min(...waits)).toBeLessThan(50);
    }
  });

  it("with keys that mean a prototype change nothing", async () => {
    const good = '"email":"a@example.org","password":"a long word for the road"';
    for (const key of ["__proto__", "constructor", "prototype", "\\u005f_proto__"]) {
      const body = `{${good},"${key}":{"role":"admin","isAdmin":true}}`;
      const { status } = await ask(house.publicUrl, { path: "/v1/auth/register", body });
      expect([400, 422]).toContain(status);
    }
    for (const query of ["__proto__[role]=admin", "constructor.prototype=1", "__proto__=1"]) {
      const { status } = await ask(house.publicUrl, { path: `/v1/films?${query}` });
      expect(status).toBe(422);
    }
    expect((await ask(house.publicUrl, { path: "/v1/auth/account" })).status).toBe(401);
  });

  it("of another kind, coding or alphabet are refused", async () => {
    const path = "/v1/auth/register";
    const kinds = ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data", ""];
    for (const type of [...kinds, "application/json; charset=utf-16"]) {
      const headers = { "content-type": type };
      expect((await ask(house.publicUrl, { path, body: "{}", headers })).status).toBe(415);
    }
    const zipped = { "content-encoding": "gzip" };
    expect((await ask(house.publicUrl, { path, body: "{}", headers: zipped })).status).toBe(415);
    const latin = Buffer.concat([
      Buffer.from(`${register}Connection: close\r\nContent-Length: 12\r\n\r\n{"email":"`),
      Buffer.from([0xe9, 0x22]),
    ]);
    expect(statusesIn(await raw(house.publicUrl, latin))).toEqual([400]);
  });
});

/** How long somebody else waited at most, while a question was being answered. */
async function beside<T>(url: string, asked: Promise<T>): Promise<{ longest: number; answer: T }> {
  let [isDone, longest] = [false, 0];
  const done = () => {
    isDone = true;
  };
  asked.then(done, done);
  while (!isDone) {
    const began = performance.now();
    await ask(url, { path: "/livez" });
    longest = Math.max(longest, performance.now() - began);
  }
  return { longest, answer: await asked };
}

/** Sends chunks until it is answered, and says how many bytes went before the house cut it. */
function flood(most: number): Promise<{ got: string; sent: number }> {
  const { hostname, port } = new URL(house.publicUrl);
  const piece = Buffer.alloc(65_536, 0x20);
  const chunk = Buffer.concat([Buffer.from("10000\r\n"), piece, Buffer.from("\r\n")]);
  return new Promise((resolve) => {
    let got = "";
    let sent = 0;
    const socket = connect(Number(port), hostname, () => {
      socket.write(`${register}Transfer-Encoding: chunked\r\n\r\n`);
      pour();
    });
    const pour = () => {
      while (sent < most && got === "" && !socket.destroyed) {
        sent += piece.length;
        if (!socket.write(chunk)) return;
      }
    };
    socket.on("drain", pour).on("error", () => {});
    socket.on("data", (text) => {
      got += text;
    });
    socket.on("close", () => resolve({ got, sent }));
  });
}

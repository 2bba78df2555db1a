/** Sockets that do too much, or too little: each ends with a reason, and the others notice nothing. */
import { connect } from "node:net";
import { setTimeout as wait } from "node:timers/promises";
import { socketPath } from "../../mixins/sockets/protocol.ts";
import { get } from "../../services/catalog/films.contract.ts";
import { film, filmId } from "../gateway/actors.ts";
import { until } from "../house/soon.ts";
import { closeAll, meet, mint, openNode, pause, tellWatched, watched } from "./house.ts";
import { connectRaw, endOf, sayRaw } from "./raw.ts";

afterAll(closeAll);
const room = `film:${filmId}`;
const node = await openNode({
  limits: { burst: 30, perSecond: 10, payloadBytes: 4_096, atOnce: 3 },
});

/** A WebSocket that speaks socket.io's words as they are. */
function bareSocket(url: string): Promise<WebSocket> {
  const ws = new WebSocket(`${url.replace("http", "ws")}${socketPath}?EIO=4&transport=websocket`);
  return new Promise((done, fail) => {
    ws.onerror = () => fail(new Error("refused"));
    ws.onmessage = ({ data }) => {
      if (String(data).startsWith("0")) ws.send("40{}");
      else if (String(data).startsWith("40")) done(ws);
    };
  });
}
const closed = (ws: WebSocket) =>
  new Promise<CloseEvent>((done) => ws.addEventListener("close", done));

/** Somebody who behaves is served all the time. */
let polite: ReturnType<typeof meet>;
beforeAll(() => {
  polite = meet(node.url);
});
afterEach(async () => {
  expect(await polite.ask(get, { id: filmId })).toMatchObject({ id: filmId });
  await pause(150);
});

describe("a flood", () => {
  it("of messages ends the socket and is told so", async () => {
    const socket = await connectRaw(node.url);
    const end = endOf(socket);

    for (let i = 0; i < 1_000; i++) socket.emit("leave", "film:x", () => undefined);

    expect((await end).reason).toBe("flood");
  });

  it("of words that are not the protocol's does too", async () => {
    const socket = await connectRaw(node.url);
    const end = endOf(socket);

    for (let i = 0; i < 1_000; i++) socket.emit("x");

    expect((await end).reason).toBe("flood");
  });

  it("before anybody was let in ends the connection", async () => {
    const ws = new WebSocket(
      `${node.url.replace("http", "ws")}${socketPath}?EIO=4&transport=websocket`,
    );
    const end = closed(ws);
    await new Promise((done) => ws.addEventListener("open", done));

    for (let i = 0; i < 1_000; i++) ws.send("3");

    expect((await end).wasClean).toBeDefined();
  });

  it("is not what keeps to its rate", async () => {
    const socket = await connectRaw(node.url);

    for (let i = 0; i < 25; i++) {
      await sayRaw(socket, "leave", "film:x");
      await wait(60);
    }

    expect(socket.connected).toBe(true);
    socket.disconnect();
  });

  it("of our client is not tried again", async () => {
    const ends: string[] = [];
    const client = meet(node.url, { onEnded: (reason) => ends.push(reason) });
    await client.ready();

    const asked = Array.from({ length: 200 }, () =>
      client.ask(get, { id: filmId }).catch(() => "given up"),
    );
    await until(() => !client.connected);
    await pause(600);

    expect(ends).toEqual(["flood"]);
    expect(client.connected).toBe(false);
    client.close();
    await Promise.all(asked);
  });
});

describe("a message", () => {
  it("that is too large ends the socket with the code for it", async () => {
    const socket = await connectRaw(node.url);
    const end = endOf(socket);

    socket.emit("leave", "x".repeat(5_000), () => undefined);

    expect((await end).code).toBe(1_009);
  });

  it("of bytes ends the socket", async () => {
    const socket = await connectRaw(node.url);
    const end = endOf(socket);

    socket.emit("ask", "films.get", Buffer.from("x"), () => undefined);

    expect((await end).reason).toBe("binary");
  });

  it.each([
    ["no socket.io at all", "9999"],
    ["no JSON", '42["ask",'],
    ["of another kind", "45-"],
    ["an object", '42{"ask":1}'],
    ["an acknowledgement of nothing", "4399[1]"],
    ["a reserved word", '42["disconnect"]'],
  ])("that is %s harms nobody", async (_, words) => {
    const ws = await bareSocket(node.url);

    ws.send(words);
    await pause(50);

    ws.close();
  });

  it("that is deeply nested is refused as any that is wrong", async () => {
    const ws = await bareSocket(node.url);
    const answer = new Promise((done) => {
      ws.onmessage = ({ data }) => done(String(data));
    });

    ws.send(`420["ask","search.suggest",{"q":${"[".repeat(1_900)}${"]".repeat(1_900)}}]`);

    expect(await answer).toContain("PARAMS_INVALID");
    ws.close();
  });
});

describe("questions", () => {
  it("that wait for an answer are so many at once", async () => {
    const slow = await openNode({ limits: { atOnce: 3 } });
    slow.films.get = () => wait(300, film());
    const client = meet(slow.url);
    await client.ready();

    const asked = await Promise.allSettled(
      Array.from({ length: 5 }, () => client.ask(get, { id: filmId })),
    );

    expect(asked.map(({ status }) => status).toSorted()).toEqual([
      ...["fulfilled", "fulfilled", "fulfilled"],
      ...["rejected", "rejected"],
    ]);
  });
});

describe("a consumer that takes nothing", () => {
  it("is ended when too much waits for it, and the others hear all", async () => {
    const crowd = await openNode({ limits: { bufferedBytes: 200_000 } });
    const heard: string[] = [];
    const listener = meet(crowd.url);
    await listener.join(room);
    await listener.hear(watched, ({ text }) => heard.push(text), room);
    const lazy = connect(Number(new URL(crowd.url).port), "127.0.0.1");
    lazy.on("error", () => undefined);
    await joinByHand(lazy);
    await until(() => crowd.size() === 2);
    lazy.pause();

    let told = 0;
    const text = "x".repeat(50_000);
    while (crowd.size() > 1 && told < 1_000) {
      await tellWatched(crowd, filmId, text);
      told++;
      await pause(2);
    }
    await until(() => heard.length === told, "the other has heard all");

    expect(crowd.size()).toBe(1);
    expect(told).toBeLessThan(1_000);
    lazy.destroy();
  });
});

/** A frame of a client (RFC 6455), masked with zeros. */
function frame(text: string): Buffer {
  const body = Buffer.from(text);
  return Buffer.concat([Buffer.from([0x81, 0x80 | body.length, 0, 0, 0, 0]), body]);
}

/** Speaks the protocol over a TCP connection that can be left unread. */
async function joinByHand(socket: ReturnType<typeof connect>): Promise<void> {
  let seen = "";
  socket.on("data", (bytes) => {
    seen += bytes.toString("latin1");
  });
  socket.write(
    `GET ${socketPath}?EIO=4&transport=websocket HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\n` +
      "Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\n" +
      "Sec-WebSocket-Key: MDEyMzQ1Njc4OWFiY2RlZg==\r\n\r\n",
  );
  await until(() => seen.includes("pingInterval"));
  socket.write(frame("40{}"));
  await until(() => seen.includes("40{"));
  socket.write(frame(`420["join","${room}"]`));
  await until(() => seen.includes("430["));
  const wish = JSON.stringify({ event: watched.name, room });
  socket.write(frame(`421["hear",${wish}]`.slice(0, 125)));
  await until(() => seen.includes("431["));
}

it("guesses at tokens count as questions of their address", async () => {
  const counted: string[] = [];
  const requests = { take: async (kind: string) => void counted.push(kind) };
  const careful = await openNode({ requests: requests as never });

  await meet(careful.url, { token: "eyJ.x" })
    .ready()
    .catch(() => undefined);
  const client = meet(careful.url, { token: await mint() });
  await client.ask(get, { id: filmId });

  expect(counted).toEqual(["address", "user", "user"]);
});

it("tokens shown on an open socket count too, and are so many a minute", async () => {
  const counted: string[] = [];
  const requests = { take: async (kind: string) => void counted.push(kind) };
  const careful = await openNode({ requests: requests as never, limits: { tokens: 3 } });
  const token = await mint();
  const socket = await connectRaw(careful.url);
  const say = (shown: string) => sayRaw(socket, "authenticate", shown);

  const answers = [await say("eyJ.x"), await say(token), await say("eyJ.y"), await say(token)];
  const other = await connectRaw(careful.url);
  const elsewhere = await sayRaw(other, "authenticate", token);

  expect(answers).toMatchObject([
    { ok: false, problem: { status: 401 } },
    { ok: true },
    { ok: false, problem: { status: 401 } },
    {
      ok: false,
      problem: {
        ...{ type: "/problems/TOO_MANY_REQUESTS", status: 429 },
        data: { limit: 3, seconds: 60, retryAfter: 20 },
      },
    },
  ]);
  expect(elsewhere).toMatchObject({ ok: true });
  expect(counted).toEqual(["address", "address", "user", "address", "address", "user"]);
  for (const one of [socket, other]) one.disconnect();
});

/** Who gets in, for how long, and what ends it. */
import { randomUUID } from "node:crypto";
import { request } from "node:http";
import { UnsecuredJWT } from "jose";
import { io } from "socket.io-client";
import { addressReader } from "../../mixins/limits/address.ts";
import type { EndReason } from "../../mixins/sockets/client.ts";
import { socketPath } from "../../mixins/sockets/protocol.ts";
import { get } from "../../services/catalog/films.contract.ts";
import { stream } from "../../services/gateway/realtime.contract.ts";
import { filmId } from "../gateway/actors.ts";
import { until } from "../house/soon.ts";
import { closeAll, issuer, meet, mint, openNode, pause, revoke, strangers } from "./house.ts";

afterAll(closeAll);
const node = await openNode();
/** A door that knows one API key. */
const keyed = await openNode({ keys: ["bjk_good"] });
const own = "the-operators-own-token-here";
let isStandingIn = true;
const operatorToken = () => (isStandingIn ? own : undefined);
const admin = await openNode({ door: "admin", operatorToken });

const refused = (type: string, status = 401) => expect.objectContaining({ type, status });
const ready = (url: string, token?: string) => meet(url, { token }).ready();

/** Opens a socket by hand. @returns the status with which the upgrade was answered */
const upgrade = (url: string, headers: Record<string, string>, path = socketPath) =>
  new Promise<number | undefined>((resolve, reject) => {
    const req = request(`${url}${path}?EIO=4&transport=websocket`, {
      headers: {
        ...{ connection: "Upgrade", upgrade: "websocket", "sec-websocket-version": "13" },
        "sec-websocket-key": Buffer.from("0123456789abcdef").toString("base64"),
        ...headers,
      },
      agent: false,
    });
    req.on("upgrade", (_, socket) => {
      socket.destroy();
      resolve(101);
    });
    req.on("response", (res) => {
      res.resume();
      resolve(res.statusCode);
    });
    req.on("error", reject);
    req.end();
  });

describe("a handshake", () => {
  it("lets in who shows a token, and asks as them", async () => {
    const user = randomUUID();
    const client = meet(node.url, {
      token: await mint({ user }),
      headers: { "user-agent": "a-test" },
    });

    await client.ask(get, { id: filmId });

    expect(node.asked.at(-1)?.meta).toMatchObject({
      caller: { id: user, role: "viewer", door: "public" },
      from: { address: "127.0.0.1", agent: "a-test" },
    });
  });

  it("lets guests in where contracts say so, and nowhere else", async () => {
    await ready(node.url);

    await expect(ready(admin.url)).rejects.toEqual(refused("SOCKET_TOKEN_WANTED"));
  });

  it("lets the operator's own token in at its door", async () => {
    await ready(admin.url, own);

    await expect(ready(admin.url, "another-token-of-the-operator")).rejects.toMatchObject({
      status: 401,
    });
  });

  it.each([
    ["forged", () => mint({ key: strangers.privateKey })],
    ["expired", () => mint({ seconds: -1 })],
    ["for another door", () => mint({ audience: ["seller"] })],
    [
      "unsigned",
      async () =>
        new UnsecuredJWT({ roles: ["admin"], sid: randomUUID(), amr: [] })
          .setIssuer(issuer)
          .setSubject(randomUUID())
          .setAudience("public")
          .setExpirationTime("1h")
          .encode(),
    ],
    ["nonsense", async () => "eyJ.nonsense"],
    ["too long", async () => "x".repeat(10_000)],
  ])("refuses a token that is %s", async (_, token) => {
    await expect(ready(node.url, await token())).rejects.toMatchObject({ status: 401 });
  });

  it.each([[{}], [["a"]], [7], [true]])("refuses what is no token: %j", async (token) => {
    const socket = io(node.url, {
      ...{ path: socketPath, transports: ["websocket"], forceNew: true, auth: { token } },
    });

    const error = await new Promise<{ data?: unknown }>((done) => socket.on("connect_error", done));
    socket.close();

    expect(error.data).toMatchObject({ type: "/problems/SOCKET_TOKEN_WANTED", status: 401 });
  });

  it("takes the token of a program from its header too, with its end", async () => {
    const user = randomUUID();
    const ends: EndReason[] = [];
    const token = await mint({ user, seconds: 1.5 });
    const headers = { authorization: `Bearer ${token}` };
    const client = meet(node.url, { headers, onEnded: (reason) => ends.push(reason) });

    await client.ask(get, { id: filmId });

    expect(node.asked.at(-1)?.meta).toMatchObject({ caller: { id: user } });
    await until(() => ends.includes("expired"));
    await expect(
      meet(node.url, { headers: { authorization: "Bearer ey.nonsense" } }).ready(),
    ).rejects.toMatchObject({ status: 401 });
  });

  it("says to who shows an API key that sockets want an access token", async () => {
    const refusal = refused("SOCKET_KEY_REFUSED", 403);
    const ready = (options: Parameters<typeof meet>[1]) => meet(keyed.url, options).ready();

    await expect(ready({ token: "bjk_good" })).rejects.toEqual(refusal);
    await expect(ready({ headers: { "x-api-key": "bjk_good" } })).rejects.toEqual(refusal);
    await expect(ready({ headers: { authorization: "Bearer bjk_good" } })).rejects.toEqual(refusal);
    await expect(ready({ token: "bjk_wrong" })).rejects.toEqual(refused("API_KEY_REFUSED"));
  });

  it("opens to pages of the listed origins only, and to who is no page", async () => {
    const listed = await openNode({ origins: ["https://bijou.example"] });

    expect(await upgrade(listed.url, { origin: "https://bijou.example" })).toBe(101);
    expect(await upgrade(listed.url, { origin: "https://evil.example" })).toBe(403);
    expect(await upgrade(listed.url, { origin: "null" })).toBe(403);
    expect(await upgrade(listed.url, {})).toBe(101);
    expect(await upgrade(node.url, { origin: node.url })).toBe(403);
  });

  it("leaves other upgrades and paths to the door", async () => {
    expect(await upgrade(node.url, { upgrade: "h2c" }, "/livez")).toBe(200);
    expect(await upgrade(node.url, {}, "/livez")).toBe(200);
    expect(await upgrade(node.url, {}, "/socket.io/")).toBe(404);
  });

  it("takes so many sockets of one address", async () => {
    const narrow = await openNode({ limits: { perAddress: 2 } });
    await ready(narrow.url);
    await ready(narrow.url);

    expect(await upgrade(narrow.url, {})).toBe(429);
  });

  it("takes as many of all addresses that one subscriber has of IPv6", async () => {
    const addressOf = addressReader(["loopback"]);
    const narrow = await openNode({ addressOf, limits: { perAddress: 1 } });
    await meet(narrow.url, { headers: { "x-forwarded-for": "2001:db8:1:2::7" } }).ready();

    const near = await upgrade(narrow.url, { "x-forwarded-for": "2001:db8:1:2:9::8" });
    const far = await upgrade(narrow.url, { "x-forwarded-for": "2001:db8:1:3::7" });

    expect([near, far]).toEqual([429, 101]);
  });
});

describe("the end of a token", () => {
  it("is told before, and ends the socket", async () => {
    const ends: EndReason[] = [];
    const asked: number[] = [];
    const client = meet(node.url, {
      token: await mint({ seconds: 4 }),
      onEnded: (reason) => ends.push(reason),
      onRefresh: async () => void asked.push(performance.now()),
    });
    await client.ready();
    const begun = performance.now();

    await until(() => ends.length > 0 && !client.connected);

    expect(ends).toEqual(["expired"]);
    expect((asked[0] ?? 0) - begun).toBeLessThan(4_000);
  });

  it("is put off by a newer token of the same person", async () => {
    const ends: EndReason[] = [];
    const user = randomUUID();
    const client = meet(node.url, {
      token: await mint({ user, seconds: 5 }),
      onRefresh: () => mint({ user }),
      onEnded: (reason) => ends.push(reason),
    });
    await client.ready();

    await pause(5_500);

    expect(ends).toEqual([]);
    await client.ask(stream, {});
  });

  it("is not put off by a token of somebody else, nor by a wrong one", async () => {
    const client = meet(node.url, { token: await mint() });
    await client.ready();

    await expect(client.authenticate(await mint())).rejects.toEqual(
      refused("SOCKET_PERSON_REFUSED", 403),
    );
    await expect(client.authenticate("eyJ.x")).rejects.toMatchObject({ status: 401 });
  });

  it("lets a guest sign in on the socket that is open", async () => {
    const client = meet(node.url);
    await expect(client.ask(stream, {})).rejects.toMatchObject({ status: 401 });

    await client.authenticate(await mint());

    expect(await client.ask(stream, {})).toEqual({ items: [], more: false, missed: false });
  });
});

describe("a revocation", () => {
  const signedIn = async () => {
    const [session, ends] = [randomUUID(), [] as EndReason[]];
    const token = await mint({ session });
    const client = meet(node.url, { token, onEnded: (reason) => ends.push(reason) });
    await client.ready();
    return { session, ends, client, token };
  };

  it("ends the sockets of the session at once, and no others", async () => {
    const [mine, other] = [await signedIn(), await signedIn()];

    await revoke(node, mine.session);
    await until(() => !mine.client.connected);

    expect(mine.ends).toEqual(["revoked"]);
    expect(other.client.connected).toBe(true);
    await expect(ready(node.url, mine.token))
      .resolves.toBeUndefined()
      .catch(() => undefined);
  });

  it("of the house's own token, which has no session, ends its sockets and no others", async () => {
    const ends: EndReason[] = [];
    const onEnded = (reason: EndReason) => ends.push(reason);
    const client = meet(admin.url, { token: own, onEnded });
    const person = meet(admin.url, { token: await mint({ roles: ["operator"] }), onEnded });
    await Promise.all([client.ready(), person.ready()]);
    await pause(1_200);
    expect(client.connected).toBe(true);

    isStandingIn = false;
    const begun = Date.now();
    await until(() => !client.connected);

    expect(Date.now() - begun).toBeLessThan(2_000);
    expect(ends).toEqual(["revoked"]);
    expect(person.connected).toBe(true);
    isStandingIn = true;
  });

  it("ends them within five seconds where its event was lost", async () => {
    const { session, ends } = await signedIn();
    const begun = Date.now();

    node.revocations.push({ session, at: Date.now(), ended: true });
    await until(() => ends.length > 0);

    expect(Date.now() - begun).toBeLessThan(5_000);
    expect(ends).toEqual(["revoked"]);
  });
});

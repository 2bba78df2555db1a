import { hash, randomBytes } from "node:crypto";
import { request } from "node:http";
import { z } from "zod";
import type { ObjectStore } from "../../mixins/objects/port.ts";
import { type ActionOptions, action } from "../../services/shared/contract.ts";
import { wiring } from "../../services/shared/wire.ts";
import { type Actors, actors, film, filmId, noFilm } from "./actors.ts";
import { askAt, bearer, closeHouses, objectsIn, openHouse, portOf, token } from "./house.ts";

let house: Actors;
let ask: ReturnType<typeof askAt>;
let objects: ObjectStore;
let port: number;

beforeAll(async () => {
  house = actors();
  objects = await objectsIn();
  const { server } = await openHouse({ services: house.services, door: "admin", objects });
  ask = askAt(server);
  port = portOf(server);
});
beforeEach(() => {
  house.calls.length = 0;
});
afterAll(closeHouses);

const json = { ...bearer, "content-type": "application/json" };
const patch = (body: unknown, headers = json) =>
  ask(`/v1/films/${filmId}`, { method: "PATCH", headers, body: JSON.stringify(body) });
const post = (path: string, body: string | Buffer, headers: Record<string, string> = json) =>
  ask(path, { method: "POST", headers, body });

describe("the operator's door", () => {
  it.each([
    ["nothing", {}],
    ["another token", { authorization: "Bearer wrong" }],
    ["a longer one", { authorization: `Bearer ${token}x` }],
    ["another scheme", { authorization: `Basic ${token}` }],
    ["an empty one", { authorization: "Bearer " }],
  ])("is closed to whoever brings %s", async (_what, headers) => {
    const read = await ask(`/v1/films/${filmId}`, { headers });
    const write = await post("/v1/films", "{}", headers as Record<string, string>);
    const call = await post("/v1/call/films.get", "{}", headers as Record<string, string>);

    for (const answer of [read, write, call]) {
      expect(answer.status).toBe(401);
      expect(answer.headers["www-authenticate"]).toContain("Bearer");
      expect(answer.json.type).toBe("/problems/TOKEN_REFUSED");
    }
    expect(house.calls).toEqual([]);
  });

  it("knows the operator by the token, and keeps its answers out of caches", async () => {
    const { status, headers } = await ask(`/v1/films/${filmId}`, { headers: bearer });

    expect(status).toBe(200);
    expect(headers["cache-control"]).toBe("no-store");
    expect(house.calls[0]?.meta.caller).toEqual({
      id: "operator",
      role: "operator",
      door: "admin",
    });
  });
});

describe("a JSON body", () => {
  it("is what the action is asked, together with the path", async () => {
    const { status, json } = await patch({ version: 3, changes: { year: 1999 } });

    expect(status).toBe(200);
    expect(json.version).toBe(4);
    expect(house.calls[0]?.params).toEqual({ id: filmId, version: 3, changes: { year: 1999 } });
  });

  it("answers with the contract's status", async () => {
    const { status } = await post("/v1/films", JSON.stringify({ titles: { en: "New" } }));

    expect(status).toBe(201);
  });

  it("tells the current version with 412 when the edit came late", async () => {
    const { status, json } = await patch({ version: 2, changes: {} });

    expect(status).toBe(412);
    expect(json).toMatchObject({
      type: "/problems/FILM_STALE",
      data: { current: 3, film: film() },
    });
  });

  it("cannot name another id than the path, but may repeat it", async () => {
    const other = await patch({ id: noFilm, version: 3, changes: {} });
    const same = await patch({ id: filmId, version: 3, changes: {} });

    expect(other.status).toBe(422);
    expect(other.json.errors?.[0]?.path).toBe("id");
    expect(same.status).toBe(200);
  });

  it("goes without parameters in the query", async () => {
    const body = JSON.stringify({ titles: { en: "New" } });

    const { status, json } = await post("/v1/films?state=published", body);

    expect(status).toBe(422);
    expect(json.errors?.[0]?.path).toBe("state");
  });

  it.each([
    ["{", "line 1, column 2"],
    ['{"a":1,\n "b":}', "line 2, column 6"],
    ['{"a":1,}', "line 1, column 8"],
    ["nonsense", "line 1, column 1"],
    ['["x"\n,,]', "line 2, column 2"],
    [`{"${"a".repeat(200)}":1,"b":tru}`, "column 211"],
  ])("that is broken is 400 and says where: %s", async (body, place) => {
    const { status, json } = await post("/v1/films", body);

    expect(status).toBe(400);
    expect(json.type).toBe("/problems/JSON_INVALID");
    expect(json.detail).toContain(place);
  });

  it.each(["[]", '"text"', "1", "null"])("that is no object is 422: %s", async (body) => {
    expect((await post("/v1/films", body)).status).toBe(422);
  });

  it.each([
    '{"__proto__":{"admin":true},"titles":{"en":"x"}}',
    '{"titles":{"en":"x"},"extracts":{"__proto__":{"admin":true}}}',
    '{"titles":{"en":"x"},"\\u005f_proto__":{"admin":true}}',
    '{"titles":{"en":"x"},"constructor":{"prototype":{"admin":true}}}',
  ])("cannot reach a prototype: %s", async (body) => {
    const { status } = await post("/v1/films", body);

    expect([400, 422]).toContain(status);
    expect(Reflect.get({}, "admin")).toBeUndefined();
    expect(house.calls).toEqual([]);
  });

  it("that is nested too deep, or no UTF-8, is 400", async () => {
    const deep = await post("/v1/films", "[".repeat(4_000));
    const bytes = await post("/v1/films", Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x7d]));

    expect([deep.status, bytes.status]).toEqual([400, 400]);
    expect(deep.json.detail).toContain("64");
    expect(bytes.json.detail).toContain("UTF-8");
  });

  it.each([
    ["text/plain", "{}"],
    ["application/x-www-form-urlencoded", "a=1"],
    ["application/json; charset=utf-16", "{}"],
    ["", "{}"],
  ])("of another type is 415: %s", async (type, body) => {
    const headers: Record<string, string> = type ? { ...bearer, "content-type": type } : bearer;

    const { status, json } = await post("/v1/films", body, headers);

    expect(status).toBe(415);
    expect(json.detail).toContain("application/json");
  });

  it("that is compressed is 415", async () => {
    expect((await post("/v1/films", "{}", { ...json, "content-encoding": "gzip" })).status).toBe(
      415,
    );
  });

  it("larger than the limit is 413, said at once or found out on the way", async () => {
    const large = JSON.stringify({ titles: { en: "x".repeat(20_000) } });

    const said = await post("/v1/films", large);
    const found = await ask("/v1/films", {
      method: "POST",
      headers: { ...json, "transfer-encoding": "chunked" },
      body: large,
    });

    expect([said.status, found.status]).toEqual([413, 413]);
    expect(said.json).toMatchObject({ type: "/problems/BODY_TOO_LARGE", data: { limit: 10_000 } });
  });

  it("of whoever comes along may be smaller than one of the house, unless a contract says", async () => {
    const made = (name: string, more: Partial<ActionOptions> = {}) =>
      action(`things.${name}`, z.strictObject({ text: z.string() }), z.null(), {
        summary: "Keeps a text.",
        route: `POST /v1/${name}`,
        opens: { public: "guest" },
        ...more,
      });
    const contracts = [
      made("small"),
      made("own", { opens: { public: "viewer" } }),
      made("more", { maxBytes: 50_000 }),
      made("house", { opens: { public: "moderator" } }),
    ];
    const keeps = contracts.map((contract) => wiring().serve(contract, () => null));
    const { server } = await openHouse({
      contracts,
      bodyLimitBytes: 1_048_576,
      services: [{ name: "things", actions: Object.assign({}, ...keeps) }],
      recognise: () => ({ id: "ann", role: "operator", door: "public" }),
    });
    const send = (name: string, length: number) =>
      askAt(server)(`/v1/${name}`, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify({ text: "x".repeat(length) }),
      });
    const statuses = async (length: number) => {
      const answers = await Promise.all(contracts.map(({ name }) => send(name.slice(7), length)));
      return answers.map(({ status }) => status);
    };

    expect(await statuses(32_000)).toEqual([200, 200, 200, 200]);
    expect(await statuses(40_000)).toEqual([413, 413, 200, 200]);
    expect(await statuses(60_000)).toEqual([413, 413, 413, 200]);
  });

  it("is not waited for where a refusal is certain", async () => {
    const headers = { ...json, expect: "100-continue", "content-length": "20000" };

    const continued = await new Promise((resolve, reject) => {
      const req = request({ port, path: "/v1/films", method: "POST", headers }, (res) => {
        resolve(res.statusCode);
        req.destroy();
      });
      req.on("continue", () => resolve("continued")).on("error", reject);
      req.flushHeaders();
    });

    expect(continued).toBe(413);
  });
});

describe("an idempotency key", () => {
  const body = JSON.stringify({ titles: { en: "New" } });

  it("reaches the owner where the contract claims it, and nobody else", async () => {
    await post("/v1/films", body, { ...json, "idempotency-key": "key-1" });
    await patch({ version: 3, changes: {} }, { ...json, "idempotency-key": "key-1" } as never);

    expect(house.calls.map(({ meta }) => meta.idempotencyKey)).toEqual(["key-1", undefined]);
  });

  it("that is none is 422", async () => {
    const { status, json: problem } = await post("/v1/films", body, {
      ...json,
      "idempotency-key": "k".repeat(201),
    });

    expect(status).toBe(422);
    expect(problem.errors?.[0]?.path).toBe("Idempotency-Key");
  });
});

describe("asking by name", () => {
  it("answers like the path does", async () => {
    const { status, json: answer } = await post(
      "/v1/call/films.get",
      JSON.stringify({ id: filmId }),
    );

    expect(status).toBe(200);
    expect(answer).toEqual(film());
  });

  it("checks the parameters, also those that are no object", async () => {
    const wrong = await post("/v1/call/films.get", "{}");
    const list = await post("/v1/call/films.get", "[]");

    expect([wrong.status, list.status]).toEqual([422, 422]);
  });

  it.each([
    "films.many",
    "films.hidden",
    "films.bare",
    "$node.services",
    "%24node.list",
    "~node.services",
    "imports.receive",
    "admin.rest",
    "toString",
    "__proto__",
    "nothing",
  ])("does not know %s", async (name) => {
    const { status, json: problem } = await post(`/v1/call/${name}`, "{}");

    expect(status).toBe(404);
    expect(problem.type).toBe("/problems/PATH_UNKNOWN");
  });
});

describe("an upload", () => {
  const bytes = randomBytes(300_000);
  const headers = { ...bearer, "content-type": "application/octet-stream" };
  const kept = async () => (await objects.list("uploads/")).length;

  it("is spooled in the objects' store and told to the actor, unchanged", async () => {
    const { status, json: answer } = await post("/v1/imports/files?name=a.gz", bytes, headers);

    expect(status).toBe(201);
    expect(answer).toMatchObject({
      name: "a.gz",
      size: bytes.length,
      sha256: hash("sha256", bytes),
    });
    const { stream } = await objects.get(String(answer.object));
    expect(Buffer.concat(await stream.toArray()).equals(bytes)).toBe(true);
  });

  it("leaves nothing where the actor refuses it", async () => {
    const before = await kept();

    const { status, json: problem } = await post("/v1/imports/files", bytes, headers);

    expect(status).toBe(422);
    expect(problem.errors?.[0]?.path).toBe("name");
    expect(await kept()).toBe(before);
  });

  it("leaves nothing where its sender goes away", async () => {
    const before = await kept();
    const path = "/v1/imports/files?name=a.gz";
    const options = { port, path, method: "POST", headers: { ...headers, "content-length": 1e6 } };

    await new Promise<void>((resolve) => {
      const req = request(options);
      req.on("error", () => resolve());
      req.write(bytes, () => setTimeout(() => req.destroy(), 50));
    });
    await new Promise((resolve) => setTimeout(resolve, 200));

    expect(await kept()).toBe(before);
    expect(house.calls).toEqual([]);
  });

  it("cannot choose its place: object, size and hash come from the door", async () => {
    const path = "/v1/imports/files?name=a&object=../../etc/passwd&size=1";

    const { json: answer } = await post(path, bytes, headers);

    expect(answer.object).toMatch(/^uploads\/[0-9a-f-]{36}$/);
    expect(answer.size).toBe(bytes.length);
  });
});

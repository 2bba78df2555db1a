import { brotliDecompressSync, gunzipSync } from "node:zlib";
import { ServiceBroker } from "moleculer";
import { type Actors, actors, film, filmId, noFilm } from "./actors.ts";
import { askAt, bearer, closeHouses, openHouse } from "./house.ts";

let house: Actors;
let ask: ReturnType<typeof askAt>;

beforeAll(async () => {
  house = actors();
  const { server } = await openHouse({ services: house.services });
  ask = askAt(server);
});
beforeEach(() => {
  house.calls.length = 0;
  house.get = () => film();
});
afterAll(closeHouses);

describe("parameters of a question", () => {
  it("are read as the contract says: numbers, booleans, lists by repetition and by comma", async () => {
    const path = "/v1/search?q=a+b%26c&limit=5&facets=false&genre=drama,war&genre=spy&decade=1990";

    const { status } = await ask(path);

    expect(status).toBe(200);
    expect(house.calls[0]?.params).toMatchObject({
      q: "a b&c",
      limit: 5,
      facets: false,
      genre: ["drama", "war", "spy"],
      decade: [1990],
    });
  });

  it.each([
    ["a word where a number is wanted", "limit=abc", "limit"],
    ["a number with an exponent", "limit=1e1", "limit"],
    ["nothing where a number is wanted", "limit=", "limit"],
    ["a number out of range", "limit=101", "limit"],
    ["a broken number", "limit=1.5", "limit"],
    ["a scalar given twice", "limit=1&limit=2", "limit"],
    ["an unknown word of a list", "genre=drama,nonsense", "genre.1"],
    ["something else than true or false", "facets=yes", "facets"],
  ])("are refused by their name: %s", async (_what, query, path) => {
    const { status, json } = await ask(`/v1/search?${query}`);

    expect(status).toBe(422);
    expect(json).toMatchObject({ type: "/problems/PARAMS_INVALID", status: 422 });
    expect(json.errors?.[0]?.path).toBe(path);
    expect(house.calls).toEqual([]);
  });

  it.each(["colour=red", "__proto__=x", "constructor=x", "__proto__[a]=1"])(
    "that no contract knows are refused: %s",
    async (query) => {
      const { status, json } = await ask(`/v1/search?${query}`);

      expect(status).toBe(422);
      expect(json.errors?.[0]?.message).toContain(query.split("=")[0]);
      expect(Reflect.get({}, "a")).toBeUndefined();
    },
  );

  it("cannot be another in the query than in the path", async () => {
    const { status, json } = await ask(`/v1/films/${filmId}?id=${noFilm}`);

    expect(status).toBe(422);
    expect(json.errors?.[0]?.path).toBe("id");
  });

  it("are refused with 400 when the query is badly encoded or endless", async () => {
    const bad = await ask("/v1/search?q=%zz");
    const endless = await ask(`/v1/search?${"a=1&".repeat(300)}`);

    expect([bad.status, endless.status]).toEqual([400, 400]);
    expect(bad.json.type).toBe("/problems/URL_INVALID");
  });
});

describe("what goes along with a question", () => {
  it("is the guest and nothing that came from outside", async () => {
    const headers = { "x-user": "root", "x-meta": '{"caller":1}', "idempotency-key": "k" };

    await ask(`/v1/films/${filmId}`, { headers });

    expect(house.calls[0]?.meta).toEqual({
      caller: { id: "guest", role: "guest", door: "public" },
      from: { address: "127.0.0.1" },
      traceparent: expect.stringMatching(/^00-[0-9a-f]{32}-[0-9a-f]{16}-01$/),
    });
  });

  it("has the languages, the best first, without what is no language", async () => {
    const headers = { "accept-language": "en-us;q=0.5, ru, *;q=0.1, <script>, de;q=0" };

    await ask(`/v1/films/${filmId}`, { headers });

    expect(house.calls[0]?.meta.languages).toEqual(["ru", "en-US"]);
  });

  it("has at most ten languages of an endless header", async () => {
    const many = Array.from({ length: 26 }, (_, i) => `x${String.fromCharCode(97 + i)}`);

    await ask(`/v1/films/${filmId}`, { headers: { "accept-language": many.join(",") } });

    expect(house.calls[0]?.meta.languages).toHaveLength(10);
  });

  it("takes over a request id that is one, and makes its own instead of any other", async () => {
    const taken = await ask(`/v1/films/${filmId}`, { headers: { "x-request-id": "abc-123" } });
    const made = await ask(`/v1/films/${filmId}`, { headers: { "x-request-id": "a b<c>" } });

    expect(taken.headers["x-request-id"]).toBe("abc-123");
    expect(house.calls[0]?.requestID).toBe("abc-123");
    expect(made.headers["x-request-id"]).toMatch(/^[0-9a-f-]{36}$/);
  });
});

describe("an answer", () => {
  it("is JSON with what browsers and caches are to know", async () => {
    const { status, json, headers } = await ask(`/v1/films/${filmId}`);

    expect(status).toBe(200);
    expect(json).toEqual(film());
    expect(headers).toMatchObject({
      "content-type": "application/json; charset=utf-8",
      "content-language": "en",
      "cache-control": "public, max-age=60",
      "x-content-type-options": "nosniff",
      "content-security-policy": "default-src 'none'; frame-ancestors 'none'",
      "referrer-policy": "no-referrer",
      vary: "Accept-Encoding, Accept-Language",
    });
    expect(headers["x-powered-by"]).toBeUndefined();
  });

  it("is 304 for whoever has it already, and whole when it has changed", async () => {
    const first = await ask(`/v1/films/${filmId}`);
    const tag = String(first.headers.etag);

    const same = await ask(`/v1/films/${filmId}`, {
      headers: { "if-none-match": `"x", W/${tag}` },
    });
    house.get = () => film({ version: 4 });
    const other = await ask(`/v1/films/${filmId}`, { headers: { "if-none-match": tag } });

    expect(tag).toMatch(/^"[\w-]+"$/);
    expect(same).toMatchObject({ status: 304, text: "" });
    expect(same.headers).toMatchObject({ etag: tag, "cache-control": "public, max-age=60" });
    expect(other.status).toBe(200);
  });

  it("to HEAD has the headers of GET and no body", async () => {
    const get = await ask(`/v1/films/${filmId}`);

    const head = await ask(`/v1/films/${filmId}`, { method: "HEAD" });

    const timeless = ({ date, traceparent, "x-request-id": id, ...rest }: typeof get.headers) =>
      rest;
    expect(head.status).toBe(200);
    expect(head.text).toBe("");
    expect(timeless(head.headers)).toEqual(timeless(get.headers));
  });

  it("is compressed where asked, if it is large, under a tag of its own", async () => {
    house.get = () =>
      film({ tags: Array.from({ length: 50 }, (_, i) => `tag number ${i} `.repeat(5)) });
    const plain = await ask(`/v1/films/${filmId}`);

    const bytes = (encoding: string) =>
      ask(`/v1/films/${filmId}`, { headers: { "accept-encoding": encoding } });
    const gzip = await bytes("gzip");
    const br = await bytes("gzip;q=0.5, br");
    const refused = await bytes("br;q=0, gzip;q=0");

    expect(gunzipSync(gzip.bytes).toString()).toBe(brotliDecompressSync(br.bytes).toString());
    expect(refused.headers["content-encoding"]).toBeUndefined();
    const tags = new Set([plain, gzip, br].map(({ headers }) => headers.etag));
    expect(tags.size).toBe(3);
    const again = await ask(`/v1/films/${filmId}`, {
      headers: { "if-none-match": String(br.headers.etag), "accept-encoding": "br" },
    });
    expect(again).toMatchObject({ status: 304 });
    expect(again.headers.etag).toBe(br.headers.etag);
  });
});

describe("a problem", () => {
  it("of an actor is told in the language that the asker reads", async () => {
    const english = await ask(`/v1/films/${noFilm}`);
    const russian = await ask(`/v1/films/${noFilm}`, {
      headers: { "accept-language": "de,ru,en" },
    });

    expect(english.json).toEqual({
      type: "/problems/FILM_NOT_FOUND",
      title: "Not found",
      status: 404,
      detail: `There is no film ${noFilm}. Look it up with a search.`,
      instance: english.headers["x-request-id"],
      data: { id: noFilm },
    });
    expect(english.headers).toMatchObject({
      "content-type": "application/problem+json; charset=utf-8",
      "cache-control": "no-store",
      "content-language": "en",
    });
    expect(russian.json).toMatchObject({ title: "Не найдено", status: 404 });
    expect(russian.headers["content-language"]).toBe("ru");
  });

  it("that nobody expected keeps its inside", async () => {
    house.get = () => {
      throw new Error("password=hunter2 at /etc/secret");
    };

    const { status, text, json } = await ask(`/v1/films/${filmId}`);

    expect(status).toBe(500);
    expect(json.type).toBe("/problems/UNEXPECTED");
    expect(text).not.toMatch(/hunter2|secret|stack|\.ts/);
  });

  it("is 500 where an answer cannot be written as JSON", async () => {
    house.get = () => ({ big: 1n });

    expect((await ask(`/v1/films/${filmId}`)).status).toBe(500);
  });

  it("is 503 with Retry-After where an actor is not there, and 504 where it is too slow", async () => {
    const gone = await ask("/v1/search/suggest?q=a");
    house.get = () => new Promise(() => {});
    const slow = actors();
    slow.get = () => new Promise((resolve) => setTimeout(resolve, 500, film()));
    const { broker, server } = await openHouse({
      services: slow.services,
      broker: new ServiceBroker({ logger: false, requestTimeout: 50 }),
    });

    const late = await askAt(server)(`/v1/films/${filmId}`);

    expect(gone).toMatchObject({ status: 503, json: { type: "/problems/UNAVAILABLE" } });
    expect(gone.headers["retry-after"]).toBe("2");
    expect(late).toMatchObject({ status: 504, json: { type: "/problems/TIMED_OUT" } });
    expect(broker).toBeDefined();
  });
});

describe("an address", () => {
  it.each([
    "/",
    "/v1",
    "/v1/films/",
    "//v1/films",
    "/v1//films",
    "/v1/films/a/b/c",
    "/V1/films",
    "/v1/films/%2e%2e/%2e%2e/livez",
    "/v1/../livez",
    "/docs/..%2f..%2fpackage.json",
    "/docs/%2e%2e/package.json",
    "/~node/services",
    "/films/get",
    "/v1/call/films.get",
  ])("that is not there is 404: %s", async (path) => {
    const { status, json } = await ask(path);

    expect(status).toBe(404);
    expect(json.type).toBe("/problems/PATH_UNKNOWN");
  });

  it("that cannot be decoded is 400", async () => {
    const paths = ["/v1/films/%zz", "/v1/films/%", "/%ff%fe", "/v1/films/%c0%ae"];

    const answers = await Promise.all(paths.map((path) => ask(path)));

    expect(answers.map(({ status }) => status)).toEqual([400, 400, 400, 400]);
    expect(answers[0]?.json.type).toBe("/problems/URL_INVALID");
  });

  it("asked by a wrong method is 405 with what is allowed", async () => {
    const { status, headers, json } = await ask(`/v1/films/${filmId}`, { method: "DELETE" });

    expect(status).toBe(405);
    expect(headers.allow).toBe("GET, HEAD, OPTIONS");
    expect(json).toMatchObject({ type: "/problems/METHOD_REFUSED", status: 405 });
  });

  it("that is spelt out is no name of something: its wrong methods are 405", async () => {
    const { server } = await openHouse({ services: actors().services, door: "admin" });
    const asked = (path: string) => askAt(server)(path, { headers: bearer });

    const { status, headers } = await asked("/v1/imports/files?name=x");

    expect([status, headers.allow]).toEqual([405, "POST, OPTIONS"]);
    // Asked of an actor that is not there.
    expect((await asked("/v1/imports/another")).status).toBe(503);
  });

  it("tells what is possible by OPTIONS, where it is there", async () => {
    const there = await ask("/v1/films", { method: "OPTIONS" });
    const gone = await ask("/v1/nothing", { method: "OPTIONS" });

    expect(there).toMatchObject({ status: 204, text: "" });
    expect(there.headers.allow).toBe("GET, HEAD, OPTIONS");
    expect(gone.status).toBe(404);
  });
});

describe("pages of other origins", () => {
  const origin = "https://cinema.example";

  it("may read where their origin is configured, and not where it is not", async () => {
    const { server } = await openHouse({ services: actors().services, origins: [origin] });
    const there = askAt(server);

    const mine = await there(`/v1/films/${filmId}`, { headers: { origin } });
    const foreign = await there(`/v1/films/${filmId}`, { headers: { origin: `${origin}.evil` } });
    const preflight = await there(`/v1/films/${filmId}`, {
      method: "OPTIONS",
      headers: { origin, "access-control-request-method": "GET" },
    });

    expect(mine.headers["access-control-allow-origin"]).toBe(origin);
    expect(mine.headers.vary).toContain("Origin");
    expect(foreign.status).toBe(200);
    expect(foreign.headers["access-control-allow-origin"]).toBeUndefined();
    expect(preflight.status).toBe(204);
    expect(preflight.headers).toMatchObject({
      "access-control-allow-origin": origin,
      "access-control-allow-methods": "GET, HEAD, OPTIONS",
    });
  });

  it("may all read where everybody is configured, problems too", async () => {
    const { server } = await openHouse({ services: actors().services, origins: ["*"] });

    const { headers } = await askAt(server)(`/v1/films/${noFilm}`, { headers: { origin } });

    expect(headers["access-control-allow-origin"]).toBe("*");
    expect(headers["access-control-allow-credentials"]).toBeUndefined();
  });
});

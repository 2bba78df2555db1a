/** What a door says of itself: probes, documentation, and how it stops. */
import { request } from "node:http";
import { actions } from "../../services/contracts.ts";
import { actors, film, filmId } from "./actors.ts";
import { askAt, bearer, closeHouses, openHouse, portOf } from "./house.ts";

afterAll(closeHouses);

interface Operation {
  operationId: string;
  parameters?: { name: string; in: string; required: boolean; schema: object }[];
  requestBody?: { content: Record<string, { schema: Record<string, unknown> }> };
  responses: Record<string, { content?: Record<string, { examples?: object }> }>;
  security?: unknown;
}
type Paths = Record<string, Record<string, Operation>>;

describe("the document of a door", () => {
  it("has exactly the paths of the contracts that open it, and those of the house", async () => {
    const { server } = await openHouse({ services: [], door: "admin" });

    const { json } = await askAt(server)("/openapi.json");

    const paths = json.paths as Paths;
    const found = Object.entries(paths).flatMap(([path, item]) =>
      Object.keys(item).map((method) => `${method.toUpperCase()} ${path}`),
    );
    const contracts = actions.filter(({ opens, route }) => opens?.admin && route);
    const house = ["/livez", "/readyz", "/openapi.json", "/docs"].map((path) => `GET ${path}`);
    const all = [...contracts.map(({ route }) => String(route)), ...house];
    expect(found.toSorted()).toEqual([...all, "POST /v1/call/{action}"].toSorted());
    expect(json.openapi).toBe("3.1.1");
  });

  it("parts the parameters into path, query and body", async () => {
    const { server } = await openHouse({ services: [], door: "admin" });

    const paths = (await askAt(server)("/openapi.json")).json.paths as Paths;

    const named = (operation?: Operation) =>
      (operation?.parameters ?? []).map((one) => `${one.in} ${one.name}`);
    expect(named(paths["/v1/search"]?.get)).toEqual(
      expect.arrayContaining(["query q", "query limit"]),
    );
    expect(named(paths["/v1/films/{id}"]?.patch)).toContain("path id");
    const body = paths["/v1/films/{id}"]?.patch?.requestBody?.content["application/json"]?.schema;
    expect(Object.keys(body?.properties ?? {})).toEqual(["version", "changes"]);
    const upload = paths["/v1/imports/files"]?.post;
    expect(named(upload)).toContain("query name");
    expect(named(upload)).not.toContain("query sha256");
    expect(Object.keys(upload?.requestBody?.content ?? {})).toEqual([
      "application/octet-stream",
      "multipart/form-data",
    ]);
  });

  it("names the problems of a path by status, with examples, and whom the door asks", async () => {
    const { server } = await openHouse({ services: [], door: "admin" });

    const { json } = await askAt(server)("/openapi.json");

    const get = (json.paths as Paths)["/v1/films/{id}"]?.get;
    const problems = get?.responses["404"]?.content?.["application/problem+json"];
    expect(Object.keys(problems?.examples ?? {})).toEqual(["FILM_NOT_FOUND", "PATH_UNKNOWN"]);
    expect(Object.keys(get?.responses ?? {})).toEqual(
      expect.arrayContaining(["200", "304", "400", "401", "404", "422", "500", "503", "504"]),
    );
    expect(get?.security).toEqual([{ bearer: [] }, { apiKey: [] }]);
    expect(json.components).toHaveProperty("securitySchemes.bearer.scheme", "bearer");
  });

  it("refers to nothing that is not in it, and names no operation twice", async () => {
    for (const door of ["public", "admin"] as const) {
      const { server } = await openHouse({ services: [], door });

      const { text, json } = await askAt(server)("/openapi.json");

      expect(new Set(text.match(/"\$ref":"[^"]+"/g))).toEqual(
        new Set(['"$ref":"#/components/schemas/Problem"']),
      );
      const ids = Object.values(json.paths as Paths).flatMap((item) =>
        Object.values(item).map(({ operationId }) => operationId),
      );
      expect(new Set(ids).size).toBe(ids.length);
      for (const [path, item] of Object.entries(json.paths as Paths)) {
        for (const { parameters = [] } of Object.values(item)) {
          const inPath = parameters
            .filter((one) => one.in === "path")
            .map(({ name }) => `{${name}}`);
          expect(inPath).toEqual(path.match(/\{\w+\}/g) ?? []);
        }
      }
    }
  });

  it("is shown by a page that needs nobody else", async () => {
    const { server } = await openHouse({ services: [] });
    const ask = askAt(server);

    const page = await ask("/docs");
    const parts = [...page.text.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, part]) => `/${part}`);
    const answers = await Promise.all(parts.map((part) => ask(part)));

    expect(page.headers["content-security-policy"]).toContain("script-src 'self'");
    expect(page.text).not.toMatch(/https?:/);
    expect(parts).toHaveLength(5);
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200, 200]);
  });
});

it("a door whose port nobody asked for gives way where it is taken", async () => {
  const other = await openHouse({ services: [] });

  const { server, service } = await openHouse({ port: portOf(other.server), yields: true });

  expect(portOf(server)).not.toBe(portOf(other.server));
  expect((await askAt(server)("/livez")).status).toBe(200);
  expect(Reflect.get(service, "door")).toBe(`http://127.0.0.1:${portOf(server)}`);
});

describe("the probes", () => {
  it("say that a house lives and takes requests, without a token", async () => {
    const { server } = await openHouse({ services: [], door: "admin" });
    const ask = askAt(server);

    expect(await ask("/livez")).toMatchObject({ status: 200, json: { status: "ok" } });
    expect(await ask("/readyz")).toMatchObject({ status: 200, json: { status: "ok" } });
  });

  it("say why a door without paths takes none", async () => {
    const { server } = await openHouse({ services: [], contracts: [] });

    const { status, json } = await askAt(server)("/readyz");

    expect(status).toBe(503);
    expect(json).toMatchObject({ data: { reasons: ["the door has no paths"] } });
  });
});

describe("a house that starts", () => {
  it("has whoever comes wait until its actors are there, and answers probes meanwhile", async () => {
    const films = actors();
    let arrive: () => void = () => {};
    const slow = { name: "slow", started: () => new Promise<void>((done) => (arrive = done)) };
    const services = [...films.services, slow as never];
    const { broker, server } = await openHouse({ services, started: false });
    const starting = broker.start();
    while (!server.listening) await new Promise((resolve) => setTimeout(resolve, 5));
    const ask = askAt(server);

    const early = ask(`/v1/films/${filmId}`);
    const probe = await ask("/readyz");
    expect(films.calls).toEqual([]);
    arrive();
    await starting;

    expect(probe.json).toMatchObject({ data: { reasons: ["the house is starting"] } });
    expect((await early).status).toBe(200);
  });
});

describe("a house that stops", () => {
  it("is not ready first, finishes what runs, then closes its connections", async () => {
    const slow = actors();
    let answer: (film: unknown) => void = () => {};
    slow.get = () =>
      new Promise((resolve) => {
        answer = resolve;
      });
    const { broker, server } = await openHouse({ services: slow.services });
    const ask = askAt(server);
    const running = ask(`/v1/films/${filmId}`);
    while (slow.calls.length === 0) await new Promise((resolve) => setTimeout(resolve, 5));

    const stopped = broker.stop();
    const readiness = await ask("/readyz");
    const life = await ask("/livez");
    setTimeout(() => answer(film()), 200);
    const finished = await running;
    await stopped;

    expect(readiness).toMatchObject({ status: 503 });
    expect(readiness.json).toMatchObject({ data: { reasons: ["the house is stopping"] } });
    expect(life.status).toBe(200);
    expect(finished).toMatchObject({ status: 200, json: film() });
    expect(finished.headers.connection).toBe("close");
    expect(server.listening).toBe(false);
  });

  it("is not held up for ever by a connection that stays open", async () => {
    const { broker, server } = await openHouse({ services: [], timeouts: { stop: 200 } });
    const held = request({ port: portOf(server), path: "/livez", method: "POST" });
    held.on("error", () => {});
    held.write("x");
    await new Promise((resolve) => setTimeout(resolve, 50));

    await broker.stop();

    expect(server.listening).toBe(false);
  });
});

it("the doors ask the operator, who is known by name", async () => {
  const house = actors();
  const { server } = await openHouse({ services: house.services, door: "admin" });

  await askAt(server)("/v1/search?q=x", { headers: bearer });

  expect(house.calls[0]?.meta.caller).toMatchObject({ id: "operator" });
});

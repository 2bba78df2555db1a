import { z } from "zod";
import { type Action, action } from "../shared/contract.ts";
import { callables, paramsByBody, paramsByQuery, refuseQuery, routesOf } from "./routes.ts";

const one = z.strictObject({ id: z.string(), version: z.int().optional() });
const made = (name: string, options: Partial<Omit<Action, "key">>) =>
  action(name, one, z.string(), { summary: "x", ...options });
const get = made("things.get", { route: "GET /v1/things/{id}", opens: { public: "guest" } });
const change = made("things.change", {
  route: "PATCH /v1/things/{id}",
  opens: { admin: "operator" },
});
const inner = made("things.inner", { route: "POST /v1/inner" });
const named = made("things.named", { opens: { admin: "operator" } });
const upload = made("things.upload", { opens: { admin: "operator" }, upload: { maxBytes: 1 } });
const all = [get, change, inner, named, upload];

describe("the paths of a door", () => {
  it("are those of the contracts that open it", () => {
    const paths = (door: "public" | "admin" | "seller") =>
      routesOf(all, door).map(({ method, pattern }) => `${method} ${pattern}`);

    expect(paths("public")).toEqual(["GET /v1/things/:id"]);
    expect(paths("admin")).toEqual(["PATCH /v1/things/:id"]);
    expect(paths("seller")).toEqual([]);
  });

  it("are claimed by one contract each, and name parameters that exist", () => {
    const twin = made("things.twin", {
      ...get,
      name: "things.twin",
      route: "GET /v1/things/{version}",
    });
    const lost = made("things.lost", { route: "GET /v1/{nothing}", opens: { public: "guest" } });

    expect(() => routesOf([get, twin], "public")).toThrow("both want GET");
    expect(() => routesOf([lost], "public")).toThrow("names nothing");
  });

  it("are beside what may be asked by name, which never takes bytes", () => {
    expect([...callables(all, "admin").keys()]).toEqual(["things.change", "things.named"]);
    expect([...callables(all, "public").keys()]).toEqual(["things.get"]);
  });
});

describe("the parameters of a request", () => {
  const [byQuery] = routesOf([get], "public");
  const [byBody] = routesOf([change], "admin");
  if (!byQuery || !byBody) throw new Error("no routes");

  it("come from path and query", () => {
    expect({ ...paramsByQuery(byQuery, { id: "7" }, "version=3") }).toEqual({
      id: "7",
      version: 3,
    });
  });

  it("come from path and body, where the path wins", () => {
    expect(paramsByBody(byBody, { id: "7" }, { version: 3 })).toEqual({ id: "7", version: 3 });
    expect(paramsByBody(byBody, { id: "7" }, { id: "7" })).toEqual({ id: "7" });
    expect(() => paramsByBody(byBody, { id: "7" }, { id: "8" })).toThrow(
      "another than in the path",
    );
    expect(() => paramsByBody(byBody, { id: "7" }, { id: 7 })).toThrow("another than in the path");
  });

  it("are no body that is a list, and no query beside a body", () => {
    expect(() => paramsByBody(byBody, { id: "7" }, [])).toThrow("JSON object");
    expect(() => refuseQuery("things.change", "version=1")).toThrow("put it into the JSON body");
  });

  it("are not there where the path has nothing for them", () => {
    expect(() => paramsByQuery(byQuery, { id: "" }, "")).toThrow("/v1/things/");
  });
});

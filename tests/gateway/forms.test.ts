/** Forms with files, and limits of a contract's own. */
import { createHash, randomBytes } from "node:crypto";
import { request } from "node:http";
import { setTimeout as wait } from "node:timers/promises";
import type { ServiceSchema } from "moleculer";
import { z } from "zod";
import type { ObjectStore } from "../../mixins/objects/port.ts";
import { action, FormFile } from "../../services/shared/contract.ts";
import { wiring } from "../../services/shared/wire.ts";
import { actors } from "./actors.ts";
import { askAt, bearer, closeHouses, objectsIn, openHouse, portOf } from "./house.ts";

afterAll(closeHouses);
const { serve } = wiring();

const Posted = z.strictObject({
  id: z.string(),
  title: z.string().min(1),
  stars: z.int().min(1).max(5).optional(),
  poster: FormFile,
  stills: z.array(FormFile).default([]),
});
const post = action("posters.post", Posted, Posted, {
  summary: "Posts a poster, and stills.",
  route: "POST /v1/posters/{id}",
  status: 201,
  opens: { public: "guest" },
  form: { files: { poster: { maxBytes: 200_000 }, stills: { maxBytes: 1_000, most: 2 } } },
});
const note = action("posters.note", z.strictObject({ text: z.string() }), z.int(), {
  summary: "Takes a long note.",
  route: "POST /v1/notes",
  opens: { public: "guest" },
  maxBytes: 50_000,
});

let objects: ObjectStore;
let port: number;
let ask: ReturnType<typeof askAt>;
let asked: z.output<typeof Posted>[];
let refusal: Error | undefined;

beforeEach(async () => {
  objects = await objectsIn();
  asked = [];
  refusal = undefined;
  const posters: ServiceSchema = {
    name: "posters",
    actions: {
      ...serve(post, ({ params }) => {
        asked.push(params);
        if (refusal) throw refusal;
        return params;
      }),
      ...serve(note, ({ params }) => params.text.length),
    },
  };
  const { server } = await openHouse({ contracts: [post, note], services: [posters], objects });
  port = portOf(server);
  ask = askAt(server);
});

const keys = async () => (await objects.list("")).map(({ key }) => key);
const send = async (form: FormData) => {
  const answer = await fetch(`http://127.0.0.1:${port}/v1/posters/7`, {
    method: "POST",
    body: form,
  });
  const json = (await answer.json()) as { type?: string; detail?: string; errors?: unknown };
  return { status: answer.status, json };
};
const file = (bytes: Uint8Array | string, type = "image/png") =>
  new Blob([typeof bytes === "string" ? bytes : Buffer.from(bytes)], { type });
const formOf = (parts: [string, string | Blob, string?][]): FormData => {
  const form = new FormData();
  for (const [name, value, called] of parts) {
    if (typeof value === "string") form.append(name, value);
    else form.append(name, value, called ?? "file");
  }
  return form;
};

it("is asked with its fields and with files that lie in the store", async () => {
  const bytes = randomBytes(150_000);
  const form = formOf([
    ["title", "Матрица"],
    ["stars", "5"],
    ["poster", file(bytes), "../Постер.png"],
    ["stills", file("one", "text/plain"), "1.txt"],
    ["stills", file("two", "text/plain"), "2.txt"],
  ]);

  const { status } = await send(form);

  expect(status).toBe(201);
  const [{ poster, stills, ...rest } = {} as z.output<typeof Posted>] = asked;
  expect(rest).toEqual({ id: "7", title: "Матрица", stars: 5 });
  expect(poster).toEqual({
    object: expect.stringMatching(/^uploads\//),
    name: "Постер.png",
    contentType: "image/png",
    size: 150_000,
    sha256: createHash("sha256").update(bytes).digest("hex"),
  });
  expect(stills.map(({ name, size }) => [name, size])).toEqual([
    ["1.txt", 3],
    ["2.txt", 3],
  ]);
  expect(await objects.head(poster.object)).toMatchObject({ size: 150_000 });
  expect(await keys()).toHaveLength(3);
});

it.each<[string, [string, string | Blob, string?][], number, string]>([
  ["a file that is too large", [["poster", file(randomBytes(200_001))]], 413, "200000 bytes in"],
  [
    "one of several that is too large",
    [
      ["poster", file("x")],
      ["stills", file("y".repeat(1_001))],
    ],
    413,
    "1000 bytes in the file stills",
  ],
  [
    "too many files in a field",
    [
      ["poster", file("x")],
      ["poster", file("x")],
    ],
    413,
    "1 files in the field poster",
  ],
  ["too many files of several", [1, 2, 3].map(() => ["stills", file("x")]), 413, "2 files in"],
  ["a field that is too long", [["title", "x".repeat(70_000)]], 413, "65536 bytes in the field"],
  ["a file that nobody asked for", [["virus", file("x")]], 422, "virus: is no file of this form"],
  ["a file that is missing", [["title", "x"]], 422, "poster"],
  [
    "a field that is wrong",
    [
      ["title", "x"],
      ["stars", "9"],
      ["poster", file("x")],
    ],
    422,
    "stars",
  ],
  [
    "a text in place of a file",
    [
      ["title", "x"],
      ["poster", "text"],
    ],
    422,
    "poster",
  ],
  [
    "a field of a prototype",
    [
      ["title", "x"],
      ["__proto__", "y"],
      ["poster", file("x")],
    ],
    422,
    "_",
  ],
])("refuses %s, says what is wrong, and keeps nothing", async (_, parts, status, text) => {
  const answer = await send(formOf(parts));

  expect(answer.status).toBe(status);
  expect(answer.json.detail).toContain(text);
  expect(await keys()).toEqual([]);
});

it("keeps nothing of what the actor refuses, and passes its reason on", async () => {
  refusal = Object.assign(new Error("no"), { code: 500 });

  const { status } = await send(
    formOf([
      ["title", "x"],
      ["poster", file("x")],
    ]),
  );

  expect([status, asked.length, await keys()]).toEqual([500, 1, []]);
});

it("leaves a file out that the sender did not choose", async () => {
  const { status } = await send(
    formOf([
      ["title", "x"],
      ["poster", file("")],
      ["stills", file("")],
    ]),
  );
  const unnamed = new FormData();
  unnamed.append("title", "x");
  unnamed.append("poster", file("x"), "p.png");
  unnamed.append("stills", file("", "application/octet-stream"), "");
  const second = await send(unnamed);

  expect([status, second.status]).toEqual([201, 201]);
  expect(asked.map(({ stills }) => stills.length)).toEqual([1, 0]);
});

describe("a form that breaks", () => {
  const type = "multipart/form-data; boundary=b";
  const head = '--b\r\nContent-Disposition: form-data; name="poster"; filename="p"\r\n\r\n';

  it.each([
    ["without a boundary", "multipart/form-data", `${head}x\r\n--b--\r\n`],
    ["without its end", type, `${head}x`],
    ["that is no form at all", type, "nonsense"],
  ])("%s is 400 and leaves nothing", async (_, given, body) => {
    const headers = { "content-type": given };

    const { status, json } = await ask("/v1/posters/7", { method: "POST", headers, body });

    expect([status, json.type]).toEqual([400, "/problems/BODY_INVALID"]);
    expect(await keys()).toEqual([]);
  });

  it("with another type is 415 and says which", async () => {
    const headers = { "content-type": "application/json" };

    const { status, json } = await ask("/v1/posters/7", { method: "POST", headers, body: "{}" });

    expect([status, json.detail]).toEqual([415, expect.stringContaining("multipart/form-data")]);
  });

  it("in the middle of a file leaves nothing, and is asked of nobody", async () => {
    const req = request({ port, path: "/v1/posters/7", method: "POST" });
    req.on("error", () => {});
    req.setHeader("content-type", type);
    req.write(head + "x".repeat(100_000));
    await wait(100);
    req.destroy();
    await new Promise((resolve) => req.once("close", resolve));
    await wait(100);

    expect([asked, await keys()]).toEqual([[], []]);
  });
});

describe("a contract's own limit", () => {
  const json = { "content-type": "application/json" };
  const noteOf = (length: number) =>
    ask("/v1/notes", {
      method: "POST",
      headers: json,
      body: JSON.stringify({ text: "x".repeat(length) }),
    });

  it("is in place of the door's, and is said", async () => {
    const [fits, large] = [await noteOf(40_000), await noteOf(60_000)];

    expect([fits.status, fits.text]).toEqual([200, "40000"]);
    expect([large.status, large.json.detail]).toEqual([413, expect.stringContaining("50000")]);
  });
});

it("says its fields, files and limits in the document of the door", async () => {
  const { json } = await ask("/openapi.json");

  expect(json).toMatchObject({
    paths: {
      "/v1/posters/{id}": {
        post: {
          requestBody: {
            required: true,
            content: {
              "multipart/form-data": {
                schema: {
                  required: ["title", "poster"],
                  properties: {
                    title: { type: "string" },
                    poster: { type: "string", format: "binary" },
                    stills: { type: "array", items: { format: "binary" }, maxItems: 2 },
                  },
                },
              },
            },
          },
          responses: { 413: {}, 415: {}, 507: {} },
        },
      },
    },
  });
});

describe("a file for an import", () => {
  it("comes as a form too, with its name", async () => {
    const house = actors();
    const { server } = await openHouse({ services: house.services, door: "admin", objects });
    const at = `http://127.0.0.1:${portOf(server)}/v1/imports/files`;
    const body = formOf([["file", file("rows", "text/csv"), "films.csv"]]);

    const answer = await fetch(at, { method: "POST", headers: bearer, body });

    expect(answer.status).toBe(201);
    expect(house.calls[0]?.params).toEqual({
      object: expect.stringMatching(/^uploads\//),
      name: "films.csv",
      size: 4,
      sha256: createHash("sha256").update("rows").digest("hex"),
    });
    expect(await keys()).toEqual([house.calls[0]?.params.object]);
  });
});

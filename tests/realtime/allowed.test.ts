/** What may be asked and heard, and that nothing else may: everything that exists is tried. */
import { z } from "zod";
import type { Refused } from "../../mixins/sockets/client.ts";
import { get } from "../../services/catalog/films.contract.ts";
import { suggest } from "../../services/catalog/search.contract.ts";
import { actions, events } from "../../services/contracts.ts";
import * as imports from "../../services/imports/imports.contract.ts";
import { type Action, action, event, type Role } from "../../services/shared/contract.ts";
import { filmId, noFilm } from "../gateway/actors.ts";
import { closeAll, meet, mint, openNode, watched } from "./house.ts";
import { connectRaw, sayRaw } from "./raw.ts";

afterAll(closeAll);
const open = { burst: 10_000, perSecond: 10_000 };
const node = await openNode({ limits: open });
const admin = await openNode({ door: "admin", limits: open, streams: false });

const bare = (name: string) =>
  ({ ...action("a.b", z.any(), z.any(), { summary: "" }), name }) as Action;
const typeOf = (error: unknown) => (error as Refused).type;

describe.each([
  ["public", node, ["films.get", "search.suggest", "realtime.stream"]],
  ["admin", admin, ["films.get", "search.suggest", "imports.get", "realtime.stream"]],
] as const)("at the %s door", (door, { url, broker }, allowed) => {
  const client = (role: Role) =>
    mint({ roles: [role] }).then((token) => meet(url, { token, timeoutMs: 2_000 }));

  it("nothing can be asked but what contracts open to its sockets", async () => {
    const everything = new Set([
      ...actions.map(({ name }) => name),
      ...broker.registry.actions.list({}).map(({ name }: { name: string }) => name),
      ...["$node.services", "films", "films.hidden", "", "__proto__", "constructor", "toString"],
    ]);
    const asker = await client("admin");
    const answered: string[] = [];

    for (const name of everything) {
      const type = await asker.ask(bare(name), {}).then(() => "an answer", typeOf);
      if (type !== "SOCKET_ASK_REFUSED") answered.push(name);
    }

    expect(everything.size).toBeGreaterThan(60);
    expect(answered.toSorted()).toEqual([...allowed].toSorted());
  });

  it("nothing can be heard but what contracts tell its sockets", async () => {
    const everything = [
      ...[...events, watched].map(({ name }) => name),
      ...["$node.connected", "$broker.started", "*", "**", "films.*", "__proto__"],
      ...["realtime.wanted.v1", "films.changed.v1"],
    ];
    const listener = await client("admin");
    const heard: string[] = [];

    for (const name of everything) {
      const wish = { ...event("a.b", z.any()), name };
      const type = await listener.hear(wish, () => undefined).then(() => "heard", typeOf);
      if (type !== "SOCKET_HEAR_REFUSED") heard.push(name);
    }

    expect(heard).toEqual(door === "admin" ? ["imports.progressed"] : ["films.watched"]);
  });

  it("roles are those of the contracts", async () => {
    const [viewer, guest] = [await client("viewer"), meet(url)];
    const name = door === "public" ? "films.get" : "imports.get";
    const contract = actions.find((one) => one.name === name) as Action;

    const answer = viewer.ask(contract, { id: filmId }).then(() => "an answer", typeOf);

    expect(await answer).toBe(door === "public" ? "an answer" : "ROLE_REFUSED");
    if (door === "public") await guest.ask(get, { id: filmId });
    else {
      await expect(viewer.hear(imports.progressed, () => undefined)).rejects.toMatchObject({
        type: "ROLE_REFUSED",
      });
    }
  });
});

describe("a question", () => {
  const client = meet(node.url, { headers: { "accept-language": "ru" } });

  it("is answered with what the actor says", async () => {
    expect(await client.ask(get, { id: filmId })).toMatchObject({ id: filmId });
  });

  it("is answered with the problem of the actor, in the language of the asker", async () => {
    const refusal = await client.ask(get, { id: noFilm }).catch((error: Refused) => error);

    expect(refusal).toMatchObject({
      problem: {
        type: "/problems/FILM_NOT_FOUND",
        title: "Не найдено",
        status: 404,
        detail: expect.stringMatching(/[а-я]/),
        instance: expect.any(String),
      },
    });
  });

  it.each([
    [{}],
    [{ q: 7 }],
    [{ q: "x", more: 1 }],
    [null],
    [[]],
    ["x"],
    [JSON.parse('{"q":"x","__proto__":{"limit":3},"constructor":1}')],
  ])("with wrong parameters is refused before the actor sees it: %#", async (params) => {
    const asked = client.ask(suggest, params as never);

    await expect(asked).rejects.toMatchObject({ type: "PARAMS_INVALID", status: 422 });
  });
});

describe("a message that is none of the protocol's", () => {
  it.each([
    ["call", "films.get", {}],
    ["emit", "films.viewed"],
    ["__proto__", {}],
    ["constructor"],
    ["ask", { name: "films.get" }],
    ["ask"],
    ["hear", null],
    ["hear", { event: 7 }],
    ["join", { toString: "x" }],
    ["join", "user|1"],
    ["join", "film:x".repeat(100)],
    ["leave"],
    ["authenticate", { token: 1 }],
    [7, 8],
  ])("is refused: %j", async (...words) => {
    const socket = await connectRaw(node.url);

    const answer = await sayRaw(socket, ...words);
    socket.disconnect();

    expect(answer).toMatchObject({ ok: false, problem: { status: expect.any(Number) } });
    expect((answer as { problem: { status: number } }).problem.status).toBeLessThan(500);
  });

  it("does nothing where it wants no answer", async () => {
    const socket = await connectRaw(node.url);
    const before = node.asked.length;
    socket.emit("ask", "films.get", { id: filmId });

    await sayRaw(socket, "leave", "film:x");

    socket.disconnect();

    expect(node.asked.length).toBe(before);
  });
});

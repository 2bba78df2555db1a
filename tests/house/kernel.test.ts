/** Contracts, messages and problems through real brokers. */
import { globSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import channels from "@moleculer/channels";
import { ServiceBroker, type ServiceSchema } from "moleculer";
import { z } from "zod";
import { LogAdapter } from "../../mixins/channels/log/adapter.ts";
import { actions } from "../../services/contracts.ts";
import { clock } from "../../services/shared/clock.ts";
import { action, channel, event, page } from "../../services/shared/contract.ts";
import { newId } from "../../services/shared/ids.ts";
import { message, send } from "../../services/shared/message.ts";
import {
  isProblem,
  MessageInvalid,
  ParamsInvalid,
  Problem,
  type ProblemKind,
  problem,
  problemOf,
  ResultInvalid,
  sentenceOf,
} from "../../services/shared/problem.ts";
import { call, checkResults, tell, tells, wiring } from "../../services/shared/wire.ts";
import { soon } from "./soon.ts";

const Book = z.strictObject({ id: z.string(), pages: z.int() });
const get = action(
  "books.get",
  z.strictObject({ id: z.string().max(10), copies: z.int().default(1) }),
  Book,
  { summary: "One book.", opens: { public: "guest" } },
);
const lend = action("books.lend", z.strictObject({ id: z.string() }), Book, { summary: "Lends." });
const opened = event("books.opened", z.strictObject({ id: z.string(), page: z.int().default(1) }));
const changed = channel("books.changed.v1", z.strictObject({ id: z.string() }), ({ id }) => id);
const Lent = problem(
  "BOOK_LENT",
  409,
  { en: "The book {id} is lent until {until}.", ru: "Книга {id} выдана до {until}." },
  z.object({ id: z.string(), until: z.string() }),
);
const Burnt = problem("BOOK_BURNT", 500, { en: "It burnt.", ru: "Сгорела." });

const folder = mkdtempSync(join(tmpdir(), "bijou-kernel-"));
const open: ServiceBroker[] = [];
let files = 0;

async function node(schemas: object[], options: object = {}): Promise<ServiceBroker> {
  const adapter = new LogAdapter({ path: join(folder, `${files++}.sqlite`) });
  const broker = new ServiceBroker({
    nodeID: newId(),
    logger: false,
    validator: false,
    middlewares: [channels.Middleware({ adapter } as never) as never],
    ...options,
  });
  for (const schema of schemas) broker.createService(schema as ServiceSchema);
  await broker.start();
  open.push(broker);
  return broker;
}

const { serve, hear, follow } = wiring();

afterEach(async () => {
  clock.set();
  checkResults(false);
  for (const broker of open.splice(0)) await broker.stop();
});
afterAll(() => rmSync(folder, { recursive: true }));

const isThere = (found: unknown) => found !== undefined;

describe("parameters", () => {
  const asked: unknown[] = [];
  const books = {
    name: "books",
    actions: serve(get, ({ params }) => {
      asked.push(params);
      return { id: params.id, pages: params.copies };
    }),
  };
  beforeEach(() => asked.splice(0));

  test("arrive as the contract reads them, defaults filled in", async () => {
    const house = await node([books]);

    expect(await call(house, get, { id: "1" })).toEqual({ id: "1", pages: 1 });
    expect(asked).toEqual([{ id: "1", copies: 1 }]);
  });

  test.each([
    [{}, "id"],
    [{ id: 1 }, "id"],
    [{ id: "1", copies: "2" }, "copies"],
    [{ id: "a name that is too long" }, "id"],
    [undefined, "id"],
    [null, ""],
  ])("%j are refused, naming %s", async (params, path) => {
    const house = await node([books]);

    await expect(house.call("books.get", params as never)).rejects.toMatchObject({
      type: "PARAMS_INVALID",
      code: 422,
      data: { errors: [{ path, message: expect.any(String) }] },
    });
    expect(asked).toEqual([]);
  });

  test("that the contract does not know are refused by name", async () => {
    const house = await node([books]);

    await expect(house.call("books.get", { id: "1", shelf: 2 })).rejects.toMatchObject({
      type: "PARAMS_INVALID",
      message: expect.stringContaining("shelf"),
    });
  });

  test("with a thousand faults tell twenty", async () => {
    const many = action("books.many", z.strictObject({ ids: z.array(z.int()) }), z.array(Book), {
      summary: "Many.",
    });
    const house = await node([{ name: "books", actions: serve(many, () => []) }]);

    const error = await house
      .call("books.many", { ids: Array(1_000).fill("x") })
      .catch((thrown: unknown) => thrown as Problem);

    expect((error as Problem).data.errors).toHaveLength(20);
  });
});

describe("results", () => {
  const wrong = { id: "1", pages: "many" } as unknown as z.output<typeof Book>;
  const extra = { id: "1", pages: 1, shelf: 3 };

  test.each([
    ["at once", () => wrong],
    ["later", async () => wrong],
    ["with a field more", async () => extra],
  ])("that are wrong are the house's own fault where they are checked: %s", async (_, handler) => {
    const house = await node([{ name: "books", actions: serve(get, handler) }]);

    expect(await call(house, get, { id: "1" })).toEqual(await handler());
    checkResults(true);
    await expect(call(house, get, { id: "1" })).rejects.toMatchObject({
      type: "RESULT_INVALID",
      code: 500,
    });
  });

  test("that are right pass the check", async () => {
    const right = { id: "1", pages: 1 };
    const house = await node([{ name: "books", actions: serve(get, () => right) }]);
    checkResults(true);

    expect(await call(house, get, { id: "1" })).toEqual(right);
  });
});

test("an event is heard as its contract reads it; a wrong one never reaches the handler", async () => {
  const heard: unknown[] = [];
  const house = await node([
    { name: "reader", events: hear(opened, "reader", (data) => void heard.push(data)) },
  ]);

  for (const wrong of [{ id: 1 }, { id: "1", shelf: 2 }, undefined]) {
    await house.emit("books.opened", wrong);
  }
  await tell(house, opened, { id: "1" });

  expect(heard).toEqual([{ id: "1", page: 1 }]);
});

describe("a channel", () => {
  const listening = (handled: unknown[]) => ({
    name: "reader",
    channels: follow(changed, { group: "readers" }, async (data, { id }) => {
      handled.push([data, id]);
    }),
  });
  const deadLetter = (house: ServiceBroker) =>
    soon(async () => {
      const { channelAdapter } = house as unknown as { channelAdapter: LogAdapter };
      return (await channelAdapter.deadletters.list())[0];
    }, isThere);
  const raw = (house: ServiceBroker, payload: object) =>
    (
      house as unknown as { sendToChannel(name: string, payload: object): Promise<void> }
    ).sendToChannel(changed.name, payload);

  test("brings what was sent, with the id that was fixed at the sending", async () => {
    const handled: unknown[] = [];
    const house = await node([listening(handled)]);
    const sent = message(changed, { id: "1" });

    await raw(house, sent);
    await soon(() => handled[0], isThere);

    expect(handled).toEqual([[{ id: "1" }, sent.id]]);
  });

  test("sends only what its contract says", async () => {
    const house = await node([]);

    expect(() => send(house as never, changed, { id: 1 } as never)).toThrow(
      expect.objectContaining({ type: "MESSAGE_INVALID" }),
    );
  });

  test.each([
    ["data of another type", { data: { id: 1 } }],
    ["data with an unknown field", { data: { id: "1", shelf: 2 } }],
    ["an unknown field beside the data", { data: { id: "1" }, colour: "red" }],
    ["a time that is none", { data: { id: "1" }, time: "yesterday" }],
  ])("gives a message with %s to the dead letters at once", async (_, more) => {
    const handled: unknown[] = [];
    const house = await node([listening(handled)]);

    await raw(house, { ...message(changed, { id: "1" }), ...more });
    const letter = await deadLetter(house);

    expect(letter).toMatchObject({ attempts: 1, error: { type: "MESSAGE_INVALID" } });
    expect(handled).toEqual([]);
  });

  test.each([
    [400, true],
    [404, true],
    [422, true],
    // Conflicts, stale versions and limits pass.
    [409, false],
    [412, false],
    [429, false],
    [500, false],
    [503, false],
  ])("gives up at once on a handler's problem of status %i: %s", async (status, isPermanent) => {
    let tries = 0;
    const house = await node([
      {
        name: "reader",
        channels: follow(changed, { group: "readers", maxRetries: 1 }, async () => {
          tries++;
          throw new Problem("BOOK_STUCK", status, "Stuck.", {});
        }),
      },
    ]);

    await raw(house, message(changed, { id: "1" }));
    const letter = await deadLetter(house);

    expect(letter).toMatchObject({ attempts: isPermanent ? 1 : 2, error: { type: "BOOK_STUCK" } });
    expect(tries).toBe(isPermanent ? 1 : 2);
  });
});

describe("the registry", () => {
  interface Listed {
    name: string;
    action?: { contract?: Record<string, unknown> };
  }
  const everything = () =>
    [...Map.groupBy(actions, ({ name }) => name.split(".")[0] ?? "")].map(([name, contracts]) => ({
      name,
      metadata: tells(changed, opened),
      actions: Object.assign({}, ...contracts.map((one) => serve(one, () => ({}) as never))),
    }));

  test("holds every contract as JSON Schema, and another node reads the same", async () => {
    const options = { transporter: "Fake", namespace: newId() };
    const far = await node(everything(), options);
    const near = await node([], options);
    await near.waitForServices([...new Set(actions.map(({ name }) => name.split(".")[0] ?? ""))]);

    for (const house of [far, near]) {
      const listed = (await house.call("$node.actions", { skipInternal: true })) as Listed[];
      const byName = new Map(listed.map((one) => [one.name, one.action?.contract]));
      // What doors do by themselves no actor serves.
      for (const { name, summary, route } of actions.filter(({ ticket }) => !ticket)) {
        const contract = byName.get(name);

        expect(contract).toMatchObject({
          kind: "action",
          name,
          summary,
          params: { $schema: "https://json-schema.org/draft/2020-12/schema" },
          result: { $schema: "https://json-schema.org/draft/2020-12/schema" },
        });
        expect(contract?.route).toBe(route);
        expect(JSON.parse(JSON.stringify(contract))).toEqual(contract);
        // What is unknown is refused, and the schema says so; but what providers of OpenID Connect
        // add to the address back is to be ignored (RFC 6749, 4.1.2).
        if (name === "oidc.callback") continue;
        expect(contract?.params).toMatchObject({ additionalProperties: false });
      }
    }
  });

  test("holds what an actor tells", async () => {
    const house = await node([{ name: "books", metadata: tells(changed, opened) }]);

    const services = (await house.call("$node.services", {})) as {
      name: string;
      metadata: object;
    }[];

    expect(services.find(({ name }) => name === "books")?.metadata).toMatchObject({
      tells: [
        { kind: "channel", name: "books.changed.v1", data: { required: ["id"] } },
        { kind: "event", name: "books.opened", data: { type: "object" } },
      ],
    });
  });

  test("shows to doors what a contract opens, and to the house the rest", async () => {
    const book = () => ({ id: "1", pages: 1 });
    const house = await node([
      { name: "books", actions: { ...serve(get, book), ...serve(lend, book) } },
    ]);

    const visibility = (name: string) =>
      (house.registry as unknown as { actions: { get(name: string): unknown } }).actions.get(name);

    expect(visibility("books.get")).toMatchObject({
      endpoints: [{ action: { visibility: "published" } }],
    });
    expect(visibility("books.lend")).toMatchObject({
      endpoints: [{ action: { visibility: "public" } }],
    });
  });

  test("refuses names that are none, and lists have one shape", () => {
    const none = z.strictObject({});

    expect(() => action("Books.get", none, none, { summary: "" })).toThrow('"films.publish"');
    expect(() => channel("books.changed", none, () => "")).toThrow('"films.changed.v1"');
    expect(page(Book).parse({ items: [], next: null })).toEqual({ items: [], next: null });
  });
});

describe("problems", () => {
  test.each([
    ["in one process", false],
    ["between two nodes", true],
  ])("keep type, code, facts and sentence %s", async (_, isFar) => {
    const options = isFar ? { transporter: "Fake", namespace: newId() } : {};
    const books = {
      name: "books",
      actions: {
        ...serve(get, () => {
          throw Lent({ id: "7", until: "May" });
        }),
        ...serve(lend, async () => {
          throw Burnt();
        }),
      },
    };
    const owner = await node([books], options);
    const asker = isFar ? await node([], options) : owner;
    await asker.waitForServices("books");

    const lent = await call(asker, get, { id: "7" }).catch((error: unknown) => error);
    const burnt = await call(asker, lend, { id: "7" }).catch((error: unknown) => error);
    const refused = await asker.call("books.get", { id: 7 }).catch((error: unknown) => error);

    expect(lent).toMatchObject({
      type: "BOOK_LENT",
      code: 409,
      message: "The book 7 is lent until May.",
      data: { id: "7", until: "May" },
    });
    expect(sentenceOf(lent as Problem, "ru")).toBe("Книга 7 выдана до May.");
    expect([isProblem(lent, Lent), isProblem(lent, Burnt)]).toEqual([true, false]);
    expect(burnt).toMatchObject({ type: "BOOK_BURNT", code: 500, retryable: true });
    expect(refused).toMatchObject({
      type: "PARAMS_INVALID",
      code: 422,
      data: { errors: [{ path: "id" }] },
    });
  });

  test("keep their own message where nobody here declared them", () => {
    const foreign = { type: "FOREIGN", message: "As it came.", data: {} };

    expect(sentenceOf(foreign, "ru")).toBe("As it came.");
    expect(sentenceOf({ message: "No type." }, "en")).toBe("No type.");
  });

  test("are declared once", () => {
    expect(() => problem("BOOK_LENT", 409, { en: "", ru: "" })).toThrow("declared twice");
    expect([isProblem(null, Lent), isProblem("BOOK_LENT", Lent)]).toEqual([false, false]);
    expect(problemOf("BOOK_LENT")).toBe(Lent);
  });

  test("leave the place of a missing fact to be seen", () => {
    expect(sentenceOf({ type: "BOOK_LENT", message: "", data: { until: "May" } }, "en")).toBe(
      "The book {id} is lent until May.",
    );
  });
});

describe("the sentences of every declared problem", () => {
  const root = new URL("../..", import.meta.url).pathname;
  const isKind = (value: unknown): value is ProblemKind =>
    typeof value === "function" && "sentence" in value && "type" in value;
  const declared = new Map<string, ProblemKind>();

  beforeAll(async () => {
    const sources = globSync("{services,mixins}/**/*.ts", {
      cwd: root,
      exclude: (path) => path.endsWith(".spec.ts"),
    }).filter((path) => /= problem\(/.test(readFileSync(join(root, path), "utf8")));
    for (const path of sources) {
      const module = (await import(join(root, path))) as Record<string, unknown>;
      for (const value of Object.values(module)) {
        if (isKind(value)) declared.set(value.type, value);
      }
    }
  });

  const named = (sentence: string) => [...sentence.matchAll(/\{(\w+)\}/g)].map(([, name]) => name);

  test("name only facts that always come with it", () => {
    const faults = [...declared.values()].flatMap(({ type, sentence, data }) => {
      const schema = z.toJSONSchema(data, { unrepresentable: "any" }) as { required?: string[] };
      return [sentence.en, sentence.ru].flatMap((text) =>
        named(text).flatMap((name = "") =>
          schema.required?.includes(name) ? [] : `${type}: {${name}} in "${text}"`,
        ),
      );
    });

    expect(faults).toEqual([]);
    expect(declared.size).toBeGreaterThan(20);
  });

  test("are there in both languages, in their own letters, ended like sentences", () => {
    const faults = [...declared.values()].flatMap(({ type, sentence: { en, ru } }) =>
      /^[{A-Z].*[.?}]$/s.test(en) && /^[{А-ЯЁ«].*[.?}]$/s.test(ru) && !/[а-яё]/i.test(en)
        ? []
        : `${type}: ${en} / ${ru}`,
    );

    expect(faults).toEqual([]);
  });

  test("are filled in", () => {
    for (const kind of declared.values()) {
      const names = new Set([...named(kind.sentence.en), ...named(kind.sentence.ru)]);
      const facts = Object.fromEntries([...names].map((name) => [name, `<${name}>`]));
      const error = new Problem(kind.type, kind.status, "as it was", facts);
      for (const language of ["en", "ru"] as const) {
        expect(sentenceOf(error, language)).not.toMatch(/\{\w+\}/);
        expect(sentenceOf(error, language)).not.toBe("as it was");
      }
    }
  });

  test("belong to statuses of refusals and failures", () => {
    for (const { status } of declared.values()) {
      expect(status).toBeGreaterThanOrEqual(400);
      expect(status).toBeLessThan(600);
    }
    expect([ParamsInvalid.status, MessageInvalid.status, ResultInvalid.status]).toEqual([
      422, 422, 500,
    ]);
  });
});

describe("a message", () => {
  test("has an id, the key of its contract, the time and a correlation", () => {
    clock.set(Date.parse("2026-02-03T04:05:06.007Z"));

    const made = message(changed, { id: "book-1" });

    expect(made).toEqual({
      id: expect.stringMatching(/^[0-9a-f]{8}-[0-9a-f]{4}-7/),
      key: "book-1",
      time: "2026-02-03T04:05:06.007Z",
      correlation: made.id,
      data: { id: "book-1" },
    });
    expect(message(changed, { id: "book-1" }).id).not.toBe(made.id);
  });

  test("names the call that led to it, and the request it belongs to", async () => {
    const made: ReturnType<typeof message>[] = [];
    const contexts: { id: string; requestID: string | null }[] = [];
    const house = await node([
      {
        name: "books",
        actions: {
          ...serve(get, async (ctx) => call(ctx, lend, { id: ctx.params.id })),
          ...serve(lend, (ctx) => {
            contexts.push({ id: ctx.id, requestID: ctx.requestID });
            made.push(message(changed, { id: "1" }, { because: ctx }));
            return { id: "1", pages: 1 };
          }),
        },
      },
    ]);

    await house.call("books.get", { id: "1" }, { requestID: "request-1" });

    expect(made).toMatchObject([{ correlation: "request-1", causation: contexts[0]?.id }]);
  });

  test("that follows from another keeps its correlation", () => {
    const first = message(changed, { id: "1" }, { because: { id: "c", requestID: "request-1" } });

    const second = message(changed, { id: "2" }, { because: first });

    expect(second).toMatchObject({ correlation: "request-1", causation: first.id });
  });

  test("may wait for its time", () => {
    const notBefore = new Date("2027-01-01T00:00:00.000Z");

    expect(message(changed, { id: "1" }, { notBefore }).notBefore).toBe("2027-01-01T00:00:00.000Z");
  });

  test("is delivered when its time has come, not before", async () => {
    const handled: number[] = [];
    const house = await node([
      {
        name: "reader",
        channels: follow(changed, { group: "readers" }, async () => {
          handled.push(Date.now());
        }),
      },
    ]);
    const due = Date.now() + 200;

    await send(house as never, changed, { id: "1" }, { notBefore: new Date(due) });

    expect(await soon(() => handled[0], isThere)).toBeGreaterThanOrEqual(due);
  });
});

test("the clock stands, goes and is the system's again, as tests say", () => {
  clock.set(1_000);
  expect([clock.now(), clock.now(), clock.iso()]).toEqual([
    1_000,
    1_000,
    "1970-01-01T00:00:01.000Z",
  ]);

  let time = 0;
  clock.set(() => ++time);
  expect([clock.now(), clock.now()]).toEqual([1, 2]);

  clock.set();
  expect(Math.abs(clock.now() - Date.now())).toBeLessThan(1_000);
});

import { type Made, Responses, type Wanted } from "./responses.ts";
import type { Elsewhere, Entry } from "./responses-elsewhere.ts";

let time = 0;
let asked = 0;
let answer: () => Promise<Made>;

const away = Object.assign(new Error("away"), { type: "SERVICE_NOT_FOUND" });
const text = (body: string): Made => ({ body: Buffer.from(body), tag: body, language: undefined });
const want = (change: Partial<Wanted> = {}): Wanted => ({
  key: "GET /v1/films",
  seconds: 60,
  madeOf: ["films"],
  ask: () => {
    asked++;
    return answer();
  },
  ...change,
});
const responses = (mostBytes = 100_000, elsewhere?: Elsewhere) =>
  new Responses({
    ...{ mostBytes, elsewhere },
    reviseMs: 10_000,
    standInMs: 3_600_000,
    isOutage: (error) => error === away,
    now: () => time,
  });
const given = async (kept: Responses, wanted = want()) => {
  const { kept: found, stale } = await kept.get(wanted);
  return [found.body.toString(), stale];
};

beforeEach(() => {
  time = 1_000_000;
  asked = 0;
  answer = async () => text(`answer ${asked}`);
});

/** What nodes share, as a map; marks are counted by actor. */
function shelf() {
  const kept = new Map<string, { entry: Entry; mark: string }>();
  const marks = new Map<string, number>();
  const markOf = (madeOf: readonly string[]) => madeOf.map((one) => marks.get(one) ?? 0).join();
  return {
    isThere: true,
    async look(key: string, madeOf: readonly string[]) {
      if (!this.isThere) return undefined;
      const mark = markOf(madeOf);
      const found = kept.get(key);
      return found?.mark === mark ? { entry: found.entry, mark } : { mark };
    },
    keep: (key: string, entry: Entry, mark: string) => void kept.set(key, { entry, mark }),
    clear: (actor: string) => void marks.set(actor, (marks.get(actor) ?? 0) + 1),
  };
}

describe("an answer that another node has kept", () => {
  it("is taken from there, with its age, and is fresh for what is left of its time", async () => {
    const elsewhere = shelf();
    const [one, other] = [responses(100_000, elsewhere), responses(100_000, elsewhere)];
    await one.get(want());
    time += 50_000;

    const { kept } = await other.get(want());

    expect([kept.body.toString(), time - kept.at, asked]).toEqual(["answer 1", 50_000, 1]);
    time += 10_000;
    expect(other.fresh("GET /v1/films")).toBeUndefined();
    expect(other.counts.shared).toBe(1);
  });

  it("is asked for anew when something that it is made of was written", async () => {
    const elsewhere = shelf();
    const [one, other] = [responses(100_000, elsewhere), responses(100_000, elsewhere)];
    await one.get(want());

    one.clear("films");

    expect(await given(other)).toEqual(["answer 2", false]);
  });

  it("is not kept for others when a write came while it was asked for", async () => {
    const elsewhere = shelf();
    const [one, other] = [responses(100_000, elsewhere), responses(100_000, elsewhere)];
    answer = async () => {
      other.clear("films");
      return text("old");
    };
    await one.get(want());
    answer = async () => text("new");

    expect(await given(other)).toEqual(["new", false]);
  });

  it("stands in for who is away, at a node that never asked", async () => {
    const elsewhere = shelf();
    const [one, other] = [responses(100_000, elsewhere), responses(100_000, elsewhere)];
    await one.get(want());
    time += 80_000;
    answer = () => Promise.reject(away);

    expect(await given(other)).toEqual(["answer 1", true]);
  });

  it("is missed while nothing can be had from there", async () => {
    const elsewhere = shelf();
    const [one, other] = [responses(100_000, elsewhere), responses(100_000, elsewhere)];
    await one.get(want());
    elsewhere.isThere = false;

    expect(await given(other)).toEqual(["answer 2", false]);
    expect(other.fresh("GET /v1/films")).toBeDefined();
  });
});

describe("a kept answer", () => {
  it("is fresh for its time", async () => {
    const kept = responses();
    expect(kept.fresh("GET /v1/films")).toBeUndefined();

    await kept.get(want());
    time += 59_999;

    expect(kept.fresh("GET /v1/films")?.body.toString()).toBe("answer 1");
    time += 1;
    expect(kept.fresh("GET /v1/films")).toBeUndefined();
  });

  it("is asked for once, by however many", async () => {
    const kept = responses();

    const all = await Promise.all(Array.from({ length: 100 }, () => given(kept)));

    expect(asked).toBe(1);
    expect(new Set(all.map(String)).size).toBe(1);
  });

  it("is given once more after its time, while it is asked for anew", async () => {
    const kept = responses();
    await kept.get(want());
    time += 61_000;

    expect(await given(kept)).toEqual(["answer 1", false]);
    await new Promise(setImmediate);

    expect(kept.fresh("GET /v1/films")?.body.toString()).toBe("answer 2");
  });

  it("stands in for who is away, for a while, and not for who refuses", async () => {
    const kept = responses();
    await kept.get(want());
    time += 80_000;

    answer = () => Promise.reject(away);
    expect(await given(kept)).toEqual(["answer 1", true]);
    answer = () => Promise.reject(new Error("refused"));
    await expect(kept.get(want())).rejects.toThrow("refused");
    answer = () => Promise.reject(away);
    time += 3_600_000;
    await expect(kept.get(want())).rejects.toThrow("away");
  });

  it("is asked for anew when something it is made of was written, while somebody can be", async () => {
    const kept = responses();
    await kept.get(want());
    await kept.get(want({ key: "people", madeOf: ["people"] }));

    kept.clear("films");

    expect(kept.fresh("GET /v1/films")).toBeUndefined();
    expect(kept.fresh("people")).toBeDefined();
    answer = () => Promise.reject(away);
    expect(await given(kept)).toEqual(["answer 1", true]);
    answer = async () => text("new");
    expect(await given(kept)).toEqual(["new", false]);
  });

  it("is forgotten when it is refused to who asks for it anew", async () => {
    const kept = responses();
    await kept.get(want());
    kept.clear("films");
    answer = () => Promise.reject(new Error("there is no such film"));
    await expect(kept.get(want())).rejects.toThrow("no such film");

    answer = () => Promise.reject(away);

    await expect(kept.get(want())).rejects.toThrow("away");
  });

  it("is not kept when it was asked for before a write and came after it", async () => {
    const kept = responses();
    let arrive: (made: Made) => void = () => {};
    answer = () => new Promise((resolve) => (arrive = resolve));
    const early = kept.get(want());

    kept.clear("films");
    const arriveEarly = arrive;
    answer = async () => text("new");
    const late = await given(kept);
    arriveEarly(text("old"));

    expect((await early).kept.body.toString()).toBe("old");
    expect(late).toEqual(["new", false]);
    expect(kept.fresh("GET /v1/films")?.body.toString()).toBe("new");
  });

  it("goes when there is no room, the least used first", async () => {
    const kept = responses(2_000);
    for (const key of ["a", "b", "c", "d"]) {
      await kept.get(want({ key }));
      kept.fresh("a");
    }

    expect(kept.fresh("a")).toBeDefined();
    expect(kept.fresh("b")).toBeUndefined();
    expect(kept.bytes).toBeLessThanOrEqual(2_000);
  });
});

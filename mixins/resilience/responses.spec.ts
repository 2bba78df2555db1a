import { type Made, Responses, type Wanted } from "./responses.ts";

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
const responses = (mostBytes = 100_000) =>
  new Responses({
    mostBytes,
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

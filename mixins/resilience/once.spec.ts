import { Problem } from "../../services/shared/problem.ts";
import { BreakerOpen } from "./failure.ts";
import { type Answer, type Claimed, type Ledger, Once } from "./once.ts";

/** A ledger in memory, as the one on disk does it. */
class Memory implements Ledger {
  readonly rows = new Map<string, { fingerprint: string; answer?: Answer; done: boolean }>();

  async claim(id: string, fingerprint: string): Promise<Claimed> {
    const row = this.rows.get(id);
    if (!row) this.rows.set(id, { fingerprint, done: false });
    if (!row) return { state: "mine" };
    if (row.fingerprint !== fingerprint) return { state: "other" };
    if (!row.done) return { state: "running" };
    return row.answer ? { state: "done", answer: row.answer } : { state: "forgotten" };
  }
  async keep(id: string, answer: Answer | undefined): Promise<void> {
    const row = this.rows.get(id);
    if (row) Object.assign(row, { done: true }, answer ? { answer } : {});
  }
  async release(id: string): Promise<void> {
    this.rows.delete(id);
  }
}

let ledger: Memory;
let once: Once;
let failures: unknown[];
const failed = (error: unknown) => failures.push(error);
let done = 0;
const task = async () => ({ status: 201, text: `done ${++done}` });
const asked = (change: object = {}) => ({
  id: "key",
  fingerprint: "body",
  secret: false,
  task,
  ...change,
});

beforeEach(() => {
  ledger = new Memory();
  failures = [];
  once = new Once(ledger, failed);
  done = 0;
});

describe("what is asked under one key", () => {
  it("is done once by fifty at once, and answered alike", async () => {
    const all = await Promise.all(Array.from({ length: 50 }, () => once.run(asked())));

    expect(done).toBe(1);
    expect(new Set(all.map(({ answer }) => answer.text))).toEqual(new Set(["done 1"]));
  });

  it("is answered as before later, also by another process", async () => {
    await once.run(asked());

    const later = await new Once(ledger, failed).run(asked());

    expect(later).toEqual({ answer: { status: 201, text: "done 1" }, again: true });
  });

  it("is refused with another body, whether it runs or is done", async () => {
    const running = once.run(asked());
    await expect(once.run(asked({ fingerprint: "other" }))).rejects.toMatchObject({ code: 422 });
    await running;

    await expect(once.run(asked({ fingerprint: "other" }))).rejects.toMatchObject({ code: 422 });
  });

  it("is not kept where it carries secrets, nor done again", async () => {
    const first = await once.run(asked({ secret: true }));

    expect(first.answer.text).toBe("done 1");
    expect(JSON.stringify([...ledger.rows])).not.toContain("done 1");
    await expect(once.run(asked())).rejects.toMatchObject({ type: "IDEMPOTENCY_ANSWER_NOT_KEPT" });
  });

  it("may be tried again after a refusal, and not after an outcome that nobody knows", async () => {
    const failing = (code: number) => () => Promise.reject(new Problem("X", code, "x", {}));

    await expect(once.run(asked({ task: failing(422) }))).rejects.toMatchObject({ code: 422 });
    await expect(once.run(asked({ task: failing(504) }))).rejects.toMatchObject({ code: 504 });

    await expect(once.run(asked())).rejects.toMatchObject({ type: "IDEMPOTENCY_KEY_RUNNING" });
    expect(done).toBe(0);
  });

  it("is answered and not done again where the ledger cannot keep it", async () => {
    const away = BreakerOpen({ target: "answers.keep", retryAfter: 5 });
    ledger.keep = () => Promise.reject(away);

    const { answer } = await once.run(asked());

    expect(answer.text).toBe("done 1");
    expect(failures).toEqual([away]);
    await expect(once.run(asked())).rejects.toMatchObject({ type: "IDEMPOTENCY_KEY_RUNNING" });
    expect(done).toBe(1);
  });

  it("is kept at another try", async () => {
    const { keep } = Memory.prototype;
    let tries = 0;
    ledger.keep = async (...given) => {
      if (++tries < 3) throw new Error("away");
      await keep.apply(ledger, given);
    };
    await once.run(asked());

    expect(await once.run(asked())).toMatchObject({ answer: { text: "done 1" }, again: true });
    expect(failures).toEqual([]);
  });

  it("says why it was refused, also where the key cannot be given back", async () => {
    ledger.release = () => Promise.reject(new Error("away"));
    const refused = () => Promise.reject(new Problem("X", 422, "x", {}));

    await expect(once.run(asked({ task: refused }))).rejects.toMatchObject({ type: "X" });
    expect(failures).toHaveLength(1);
  });
});

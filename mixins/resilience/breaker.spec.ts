import { Problem } from "../../services/shared/problem.ts";
import { Breaker, Breakers } from "./breaker.ts";

let time = 0;
const settings = { failures: 3, share: 0.5, windowMs: 1_000, openMs: 500, now: () => time };
const fails = () => Promise.reject(new Error("broken"));
const works = () => Promise.resolve("fine");
const refuses = () => Promise.reject(new Problem("NOT_FOUND", 404, "none", {}));

async function failing(breaker: Breaker, times: number): Promise<void> {
  for (let i = 0; i < times; i++) await breaker.run(fails).catch(() => {});
}

beforeEach(() => {
  time = 1_000_000;
});

describe("a breaker", () => {
  it("opens at so many failures that are half of all, and then asks nobody", async () => {
    const breaker = new Breaker("films.get", settings);

    await failing(breaker, 2);
    expect(breaker.state).toBe("closed");
    await failing(breaker, 1);

    let asked = false;
    const task = async () => {
      asked = true;
    };
    await expect(breaker.run(task)).rejects.toMatchObject({
      type: "BREAKER_OPEN",
      code: 503,
      data: { target: "films.get", retryAfter: 1 },
    });
    expect(asked).toBe(false);
  });

  it("stays closed while most succeed, and while failures are far apart", async () => {
    const breaker = new Breaker("a", settings);

    for (let i = 0; i < 10; i++) await breaker.run(works);
    await failing(breaker, 5);
    time += 1_000;
    await failing(breaker, 2);
    time += 1_000;
    await failing(breaker, 2);

    expect(breaker.state).toBe("closed");
  });

  it("takes a declared refusal for an answer", async () => {
    const breaker = new Breaker("a", settings);

    for (let i = 0; i < 9; i++) await breaker.run(refuses).catch(() => {});

    expect(breaker.seen()).toMatchObject({ state: "closed", asked: 9, failed: 0 });
  });

  it("takes timeouts and absence for failures, whatever their code", async () => {
    for (const type of ["REQUEST_TIMEOUT", "SERVICE_NOT_FOUND", "NODE_DISCONNECTED"]) {
      const breaker = new Breaker("a", settings);
      const task = () => Promise.reject(Object.assign(new Error(), { type, code: 404 }));

      for (let i = 0; i < 3; i++) await breaker.run(task).catch(() => {});

      expect(breaker.state).toBe("open");
    }
  });

  it("lets one probe through, and closes when it succeeds", async () => {
    const breaker = new Breaker("a", settings);
    await failing(breaker, 3);
    time += 500;

    let done: (value: string) => void = () => {};
    const probe = breaker.run(() => new Promise<string>((resolve) => (done = resolve)));
    await expect(breaker.run(works)).rejects.toMatchObject({ type: "BREAKER_OPEN" });
    done("fine");

    await expect(probe).resolves.toBe("fine");
    await expect(breaker.run(works)).resolves.toBe("fine");
  });

  it("opens anew when the probe fails", async () => {
    const breaker = new Breaker("a", settings);
    await failing(breaker, 3);
    time += 500;

    await failing(breaker, 1);

    expect(breaker.state).toBe("open");
    time += 500;
    expect(breaker.state).toBe("half-open");
  });

  it("does not take what was asked before it opened, and fails late, for the probe", async () => {
    const breaker = new Breaker("a", settings);
    const late = Promise.withResolvers<string>();
    const before = breaker.run(() => late.promise);
    await failing(breaker, 3);
    time += 500;
    const probe = Promise.withResolvers<string>();
    const probing = breaker.run(() => probe.promise);
    const { openedAt } = breaker.seen();

    late.reject(new Error("broken"));
    await expect(before).rejects.toThrow("broken");

    await expect(breaker.run(works)).rejects.toMatchObject({ type: "BREAKER_OPEN" });
    expect(breaker.seen().openedAt).toBe(openedAt);
    probe.resolve("fine");
    await probing;
    await expect(breaker.run(works)).resolves.toBe("fine");
  });

  it("takes the failure of an outside program for that program's, which has its own", async () => {
    const breaker = new Breaker("oidc.begin", settings);
    const outside = () => Promise.reject(new Problem("AWAY", 502, "away", { outside: "smtp" }));

    for (let i = 0; i < 5; i++) await breaker.run(outside).catch(() => {});

    expect(breaker.state).toBe("closed");
  });

  it("is shown and closed by hand, one or all", async () => {
    const breakers = new Breakers(settings);
    await failing(breakers.of("a"), 3);
    await failing(breakers.of("b"), 3);
    await breakers.of("c").run(works);

    expect(breakers.list().map(({ state }) => state)).toEqual(["open", "open", "closed"]);
    expect(breakers.reset("a")).toBe(1);
    expect(breakers.of("a").state).toBe("closed");
    expect(breakers.reset()).toBe(1);
  });
});

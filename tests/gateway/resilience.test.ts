/** Calls between actors through real brokers: timeouts, breakers, bulkheads, deadlines, more tries. */
import { type Context, ServiceBroker, type ServiceSchema } from "moleculer";
import { z } from "zod";
import { Breakers } from "../../mixins/resilience/breaker.ts";
import { resilience } from "../../mixins/resilience/middleware.ts";
import { action } from "../../services/shared/contract.ts";
import { newId } from "../../services/shared/ids.ts";
import { call } from "../../services/shared/wire.ts";

const nothing = z.strictObject({});
const made = (name: string, options: object = {}) =>
  action(name, nothing, z.unknown(), { summary: "x", ...options });
const read = made("things.read", { idempotent: true });
const write = made("things.write");
const narrow = made("things.narrow", { atOnce: 2 });
const outer = made("things.outer");
const contracts = [read, write, narrow, outer];

const wait = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
const lost = () => Object.assign(new Error("gone"), { type: "REQUEST_REJECTED", code: 503 });

let broker: ServiceBroker;
let breakers: Breakers;
let asked: string[];
let handle: (ctx: Context) => unknown;

beforeEach(async () => {
  asked = [];
  handle = () => "fine";
  let skew = 0;
  breakers = new Breakers({
    ...{ failures: 3, share: 0.5, windowMs: 10_000, openMs: 300 },
    now: () => Date.now() + skew,
  });
  skew = 0;
  const settings = { contracts, breakers, atOnce: 100, waits: [5, 10], now: Date.now };
  broker = new ServiceBroker({
    nodeID: newId(),
    logger: false,
    requestTimeout: 5_000,
    middlewares: [resilience(settings) as never],
  });
  const names = ["read", "write", "narrow", "outer"];
  const noting = (name: string) => (ctx: Context) => {
    asked.push(name);
    return handle(ctx);
  };
  broker.createService({
    name: "things",
    actions: Object.fromEntries(names.map((name) => [name, noting(name)])),
  } as ServiceSchema);
  await broker.start();
});
afterEach(() => broker.stop());

const failure = (asking: Promise<unknown>) =>
  asking.then(
    () => "none",
    (error: { type?: string }) => error.type,
  );

it("timeouts trip the breaker, which then answers at once", async () => {
  handle = () => wait(1_000);
  for (let i = 0; i < 3; i++) {
    expect(await failure(call(broker, write, {}, { timeout: 20 }))).toBe("REQUEST_TIMEOUT");
  }

  expect(await failure(call(broker, write, {}))).toBe("BREAKER_OPEN");
  expect(asked).toHaveLength(3);
});

it("one probe finds out whether it is well again", async () => {
  handle = () => {
    throw new Error("broken");
  };
  for (let i = 0; i < 3; i++) await failure(call(broker, write, {}));
  await wait(310);
  handle = () => wait(50);

  const all = await Promise.all(Array.from({ length: 5 }, () => failure(call(broker, write, {}))));

  expect(all.toSorted()).toEqual([
    "BREAKER_OPEN",
    "BREAKER_OPEN",
    "BREAKER_OPEN",
    "BREAKER_OPEN",
    "none",
  ]);
  expect(await failure(call(broker, write, {}))).toBe("none");
});

it("an actor that is not there trips the breaker too", async () => {
  await broker.destroyService("things");

  for (let i = 0; i < 3; i++)
    expect(await failure(call(broker, read, {}))).toMatch(/^SERVICE_NOT_/);

  expect(await failure(call(broker, read, {}))).toBe("BREAKER_OPEN");
});

it("only what is idempotent is tried again", async () => {
  let left = 2;
  handle = () => {
    if (left-- > 0) throw lost();
    return "fine";
  };

  expect(await call(broker, read, {})).toBe("fine");
  expect(asked).toEqual(["read", "read", "read"]);

  left = 2;
  expect(await failure(call(broker, write, {}))).toBe("REQUEST_REJECTED");
  expect(asked.filter((name) => name === "write")).toHaveLength(1);
});

it("a bulkhead refuses what is too much, and lets others be", async () => {
  handle = () => wait(50);

  const all = await Promise.all(Array.from({ length: 5 }, () => failure(call(broker, narrow, {}))));

  expect(all.filter((one) => one === "BULKHEAD_FULL")).toHaveLength(3);
  expect(breakers.of("things.narrow").state).toBe("closed");
  expect(await failure(call(broker, narrow, {}))).toBe("none");
});

it("nobody has longer than is left of the time of who asks", async () => {
  const times: (number | null | undefined)[] = [];
  handle = async (ctx) => {
    times.push(ctx.options.timeout);
    if (times.length > 1) return "fine";
    await wait(100);
    return call(ctx, read, {}, { timeout: 60_000 });
  };

  await call(broker, outer, {}, { timeout: 10_000 });

  expect(times[0]).toBe(10_000);
  // A timer may ring a little early.
  expect(times[1]).toBeLessThan(9_950);
  expect(times[1]).toBeGreaterThan(0);
});

it("the same breaker stands before an outside program", async () => {
  const program = breakers.of("smtp");
  const send = () => program.run(() => Promise.reject(new Error("connection refused")));

  for (let i = 0; i < 3; i++) await expect(send()).rejects.toThrow("connection refused");

  await expect(send()).rejects.toMatchObject({ type: "BREAKER_OPEN", data: { target: "smtp" } });
});

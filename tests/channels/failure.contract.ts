/** What becomes of messages whose handlers fail. */
import { until } from "../house/soon.ts";
import { failingIn, type House, lag, message, send } from "./kit.ts";

export const failureContract = (house: () => Promise<House>): void => {
  const failing = failingIn(house);

  test("tries again with growing waits until it succeeds", async () => {
    const { node, channel, times, letters } = await failing((_, nth) => {
      if (nth < 4) throw new Error("not yet");
    });

    await send(node, channel, message(1));
    await until(() => times.length === 4, "it was tried four times");
    await until(async () => (await lag(node, channel)) === 0, "nothing is left");

    const waits = times.slice(1).map((time, at) => time - (times[at] ?? 0));
    expect(waits[0]).toBeGreaterThanOrEqual(9);
    expect(waits[2]).toBeGreaterThanOrEqual(38);
    expect(await letters()).toEqual([]);
  });

  test("makes a dead letter when the tries are used up, with the error and the message", async () => {
    const { node, channel, group, times, letters } = await failing(() => {
      throw Object.assign(new RangeError("no such reel"), { type: "REEL_MISSING" });
    });
    const sent = message({ reel: 7 });

    await send(node, channel, sent);
    await until(async () => (await letters()).length === 1, "it is dead");

    const [letter] = await letters();
    expect(letter).toMatchObject({ channel, group, message: sent, attempts: 4 });
    expect(letter?.error).toMatchObject({ name: "RangeError", type: "REEL_MISSING" });
    expect(letter?.error.message).toBe("no such reel");
    expect(letter?.error.stack).toContain("RangeError");
    expect(Date.parse(letter?.firstAt ?? "")).toBeLessThan(Date.parse(letter?.lastAt ?? ""));
    expect(times).toHaveLength(4);
    expect(await lag(node, channel)).toBe(0);
  });

  test("does not try again what the handler calls permanent", async () => {
    const { node, channel, times, letters } = await failing(() => {
      throw Object.assign(new Error("never"), { permanent: true });
    });

    await send(node, channel, message(1));
    await until(async () => (await letters()).length === 1, "it is dead");

    expect(times).toHaveLength(1);
    expect((await letters())[0]?.attempts).toBe(1);
  });

  test.each([
    ["a rejected promise", () => Promise.reject(new Error("gone")), "gone"],
    [
      "a thrown string",
      () => {
        throw "gone";
      },
      "gone",
    ],
    ["nothing", () => Promise.reject(undefined), "undefined"],
    ["an object", () => Promise.reject({ code: 7 }), '{"code":7}'],
  ])("keeps what was thrown, be it %s", async (_, fail, said) => {
    const { node, channel, letters } = await failing(fail, { maxRetries: 0 });

    await send(node, channel, message(1));
    await until(async () => (await letters()).length === 1, "it is dead");

    expect((await letters())[0]?.error.message).toBe(said);
  });

  test("lets other messages pass one that fails", async () => {
    const passed: unknown[] = [];
    const { node, channel, letters } = await failing(
      (it) => {
        if (it.data === "bad") throw new Error("bad");
        passed.push(it.data);
      },
      { maxInFlight: 1 },
    );

    await send(node, channel, message("bad"), message("good"));
    await until(() => passed.length === 1, "the good one passed");

    expect(await letters()).toEqual([]);
  });
};

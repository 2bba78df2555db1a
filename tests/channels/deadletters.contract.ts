/** What an operator can do with dead letters. */
import { newId } from "../../services/shared/ids.ts";
import { until } from "../house/soon.ts";
import { admin, collector, failingIn, type House, lag, message, send } from "./kit.ts";

export const deadLetterContract = (house: () => Promise<House>): void => {
  const failing = failingIn(house);

  test("redrives to the group that failed and to no other, by id", async () => {
    let broken = true;
    const { nodes, node, channel, group, times, letters } = await failing(
      () => {
        if (broken) throw new Error("broken");
      },
      { maxRetries: 0 },
    );
    const other = collector(newId());
    await nodes.node({ [channel]: other.listening });
    await send(node, channel, message(1), message(2));
    await until(async () => (await letters()).length === 2, "both are dead");
    const [first, second] = await letters();
    broken = false;

    const redriven = await admin(node).deadletters.redrive({ ids: [first?.id ?? "", "unknown"] });
    await until(async () => (await lag(node, channel)) === 0, "it was handled again");

    expect(redriven).toBe(1);
    expect(times).toHaveLength(3);
    expect(await letters()).toEqual([second]);
    expect(await admin(node).deadletters.count({ group })).toBe(1);
    expect(other.got).toHaveLength(2);
  });

  test("redrives all of a group with all tries before them; what fails again dies again", async () => {
    const { node, channel, group, times, letters } = await failing(
      () => {
        throw new Error("still broken");
      },
      { maxRetries: 1 },
    );
    await send(node, channel, message(1), message(2), message(3));
    await until(async () => (await letters()).length === 3, "all are dead");

    const redriven = await admin(node).deadletters.redrive({ channel, group });
    await until(() => times.length === 12, "all were tried again");
    await until(async () => (await letters()).length === 3, "all are dead again");

    expect(redriven).toBe(3);
    expect(await letters()).toMatchObject([{ attempts: 2 }, { attempts: 2 }, { attempts: 2 }]);
  });

  test("forgets dead letters when their days are over, and not before", async () => {
    const second = 1 / 86_400;
    const { node, channel, letters } = await failing(
      () => Promise.reject(new Error("no")),
      { maxRetries: 0 },
      { deadLetterDays: second },
    );
    await send(node, channel, message(1));
    await until(async () => (await letters()).length === 1, "it is dead");
    const died = Date.parse((await letters())[0]?.lastAt ?? "");

    await until(async () => {
      await admin(node).sweep();
      return (await letters()).length === 0;
    }, "it is forgotten");

    expect(Date.now() - died).toBeGreaterThanOrEqual(1_000);
    expect(await lag(node, channel)).toBe(0);
  });

  test("pages through the dead letters", async () => {
    const { node, channel, letters } = await failing(() => Promise.reject(new Error("no")), {
      maxRetries: 0,
    });
    await send(node, channel, message(1), message(2), message(3));
    await until(async () => (await letters()).length === 3, "all are dead");
    const list = admin(node).deadletters.list.bind(admin(node).deadletters);

    const page = await list({ channel, limit: 2 });
    const rest = await list({ channel, limit: 2, after: page[1]?.id });

    expect([...page, ...rest]).toEqual(await letters());
    expect(rest).toHaveLength(1);
  });
};

/** Who gets what. */
import type { Context } from "moleculer";
import { newId } from "../../services/shared/ids.ts";
import { until } from "../house/soon.ts";
import { admin, collector, type House, message, numbers, pause, send } from "./kit.ts";

export const deliveryContract = (house: () => Promise<House>): void => {
  const names = (prefix: string) => ({ channel: `${prefix}.${newId()}.v1`, group: newId() });

  test("gives every group each message once, as it was sent", async () => {
    const { channel, group } = names("films");
    const a = collector(`${group}-a`);
    const b = collector(`${group}-b`);
    const nodes = await house();
    const node = await nodes.node({ [channel]: a.listening });
    await nodes.node({ [channel]: b.listening });
    const sent = message({ title: "Ёлки 🎄\u0000\u2028", cast: [null, { n: 1.5 }], "": "" });

    await send(node, channel, sent);
    await until(() => a.got.length + b.got.length >= 2, "both groups have it");
    await pause(50);

    expect(a.got).toEqual([sent]);
    expect(b.got).toEqual([sent]);
  });

  test("shares the messages of a group among its readers", async () => {
    const { channel, group } = names("films");
    const slow = { maxInFlight: 2, handler: () => pause(1) };
    const seen = [new Set<string>(), new Set<string>()];
    const nodes = await house();
    const listening = (at: number) => ({
      ...slow,
      group,
      handler: async (it: { id: string }) => {
        await pause(1);
        seen[at]?.add(it.id);
      },
    });
    const node = await nodes.node({ [channel]: listening(0) });
    await nodes.node({ [channel]: listening(1) });
    const sent = numbers(200).map((n) => message(n));

    await send(node, channel, ...sent);
    const [first = new Set(), second = new Set()] = seen;
    await until(() => first.size + second.size >= 200, "all are handled");

    expect(first.size).toBeGreaterThan(0);
    expect(second.size).toBeGreaterThan(0);
    expect(first.size + second.size).toBe(200);
    expect(new Set([...first, ...second]).size).toBe(200);
  });

  test("keeps what is sent before anybody listens, for every group that comes later", async () => {
    const { channel, group } = names("films");
    const nodes = await house();
    const node = await nodes.node({});
    await send(node, channel, ...numbers(20).map((n) => message(n)));
    const first = collector(`${group}-first`);
    const later = collector(`${group}-later`);

    await nodes.node({ [channel]: first.listening });
    await until(() => first.got.length >= 20, "the first group has read");
    await nodes.node({ [channel]: later.listening });
    await until(() => later.got.length >= 20, "the later group has read");

    expect(later.data().toSorted((a, b) => Number(a) - Number(b))).toEqual(numbers(20));
  });

  test("recognises a second sending by the id, within a channel", async () => {
    const { channel, group } = names("films");
    const other = names("series").channel;
    const here = collector(group);
    const there = collector(group);
    const nodes = await house();
    const node = await nodes.node({ [channel]: here.listening, [other]: there.listening });
    const sent = message("once");

    await send(node, channel, sent, sent);
    await send(node, channel, { ...sent, data: "again" });
    await send(node, other, sent, message("last"));
    await until(() => there.got.length >= 2, "the other channel has both");
    await pause(50);

    expect(here.data()).toEqual(["once"]);
  });

  test("does not deliver a message before its time, nor hold up others by it", async () => {
    const { channel, group } = names("films");
    const times: [unknown, number][] = [];
    const nodes = await house();
    const handler = (it: { data: unknown }) => void times.push([it.data, Date.now()]);
    const node = await nodes.node({ [channel]: { group, ordered: true, handler } });
    const notBefore = Date.now() + 2_000;

    await send(node, channel, message("later", { notBefore: new Date(notBefore).toISOString() }));
    await send(node, channel, message("now"));
    await until(() => times.length >= 2, "both are there");

    expect(times.map(([data]) => data)).toEqual(["now", "later"]);
    expect(times[1]?.[1]).toBeGreaterThanOrEqual(notBefore);
  });

  test("refuses a message without an id and says so", async () => {
    const { channel } = names("films");
    const node = await (await house()).node({});

    await expect(send(node, channel, { data: 1 })).rejects.toThrow(/has no 'id'/);
    await expect(send(node, channel, undefined)).rejects.toThrow(/not an envelope/);
  });

  test("carries half a megabyte, and refuses what is too large with the way out", async () => {
    const { channel, group } = names("films");
    const { got, listening } = collector(group);
    const node = await (await house()).node({ [channel]: listening });
    const large = message("ё".repeat(250_000));

    await send(node, channel, large);
    await until(() => got.length === 1, "it is there");

    expect(got).toEqual([large]);
    await expect(send(node, channel, message("x".repeat(2_000_000)))).rejects.toThrow(/objects/);
  });

  test("gives the handler the caller's context where it asks for one", async () => {
    const { channel, group } = names("films");
    const contexts: Context[] = [];
    const handler = (ctx: Context) => void contexts.push(ctx);
    const node = await (await house()).node({ [channel]: { group, context: true, handler } });
    node.createService({
      name: "sender",
      actions: { go: (ctx: Context) => admin(node) && sendIn(ctx, channel) },
    });

    await node.waitForServices("sender");
    await node.call("sender.go", {}, { meta: { user: "u1" }, requestID: "r1" });
    await until(() => contexts.length === 1, "it is there");

    expect(contexts[0]?.meta).toMatchObject({ user: "u1" });
    expect(contexts[0]?.requestID).toBe("r1");
    expect(contexts[0]?.params).toMatchObject({ data: "in context" });
  });
};

const sendIn = (ctx: Context, channel: string): Promise<unknown> => {
  const broker = ctx.broker as unknown as {
    sendToChannel(channel: string, payload: unknown, options: object): Promise<unknown>;
  };
  return broker.sendToChannel(channel, message("in context"), { ctx });
};

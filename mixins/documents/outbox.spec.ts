import { setTimeout } from "node:timers/promises";
import type { Outgoing, Stored } from "./collection.ts";
import type { Engine } from "./engine.ts";
import { Outbox } from "./outbox.ts";

const outgoing = (id: string): Outgoing => ({
  channel: "notes.changed.v1",
  message: { id, key: "k", time: "2026-01-01T00:00:00.000Z", correlation: "c", data: {} },
});

const note = (id: string): Stored => ({
  id,
  version: 1,
  createdAt: "t",
  updatedAt: "t",
  outbox: [outgoing(`message of ${id}`)],
});

/** An outbox over documents in memory, whose channel refuses some messages. */
function outboxOver(docs: Stored[], refuses: (id: string) => boolean) {
  const left = new Map(docs.map((doc) => [doc.id, doc]));
  const sent: string[] = [];
  const failures: unknown[] = [];
  const engine: Pick<Engine<Stored>, "pending" | "clear"> = {
    pending: async (before, limit) =>
      [...left.values()]
        .filter(({ outbox = [] }) => outbox.some(({ message }) => message.time <= before))
        .slice(0, limit),
    clear: async (cleared) => {
      for (const id of cleared.keys()) left.delete(id);
    },
  };
  const outbox = new Outbox<Stored>({
    engine: engine as Engine<Stored>,
    send: async ({ message }) => {
      if (refuses(message.id)) throw new Error(`refused: ${message.id}`);
      sent.push(message.id);
    },
    failed: (error) => void failures.push(error),
    sweepMs: 1,
  });
  return { outbox, left, sent, failures };
}

test("sends and clears everything, a thousand documents too", async () => {
  const docs = Array.from({ length: 1_000 }, (_, i) => note(`n${i}`));
  const { outbox, left, sent, failures } = outboxOver(docs, () => false);

  await outbox.sweep(0);

  expect([sent.length, left.size, failures]).toEqual([1_000, 0, []]);
});

test("a message that the channel refuses stays, and holds up no other", async () => {
  const docs = Array.from({ length: 250 }, (_, i) => note(`n${i}`));
  const { outbox, left, sent, failures } = outboxOver(docs, (id) => id === "message of n0");

  await outbox.sweep(0);

  expect([...left.keys()]).toEqual(["n0"]);
  expect(sent).toHaveLength(249);
  expect(String(failures[0])).toContain("refused: message of n0");
});

test("a silent channel ends the sweep: everything waits for the next one", async () => {
  let isSilent = true;
  const { outbox, left, sent, failures } = outboxOver([note("a"), note("b")], () => isSilent);

  await outbox.sweep(0);
  expect([left.size, failures.length]).toEqual([2, 1]);
  isSilent = false;
  await outbox.sweep(0);

  expect([left.size, sent.length]).toEqual([0, 2]);
});

test.each([100, 250])("%i refused that come first hold up no others behind them", async (bad) => {
  const docs = Array.from({ length: 1_000 }, (_, i) => note(`n${i}`));
  const isBad = (id: string) => Number(id.slice("message of n".length)) < bad;
  const { outbox, left, sent } = outboxOver(docs, isBad);

  await outbox.sweep(0);

  expect([sent.length, left.size]).toEqual([1_000 - bad, bad]);
});

test("more refused than a silent channel's are passed by the next sweeps, and asked for again", async () => {
  const docs = Array.from({ length: 1_500 }, (_, i) => note(`n${i}`));
  let bad = 1_200;
  const isBad = (id: string) => Number(id.slice("message of n".length)) < bad;
  const { outbox, left, sent } = outboxOver(docs, isBad);

  for (let i = 0; i < 3; i++) await outbox.sweep(0);
  const after = sent.length;
  bad = 0;
  await outbox.sweep(0);

  expect([after, sent.length, left.size]).toEqual([300, 1_500, 0]);
});

test("a silent channel is tried with a few batches, however much waits", async () => {
  const docs = Array.from({ length: 5_000 }, (_, i) => note(`n${i}`));
  let tried = 0;
  const { outbox, failures } = outboxOver(docs, () => ++tried > 0);

  await outbox.sweep(0);

  expect([tried, failures.length]).toEqual([500, 1]);
});

test("what is dated ahead of the clock is found in time too, without a new start", async () => {
  const { outbox, left } = outboxOver([], () => false);
  await outbox.start();

  const ahead = note("ahead");
  for (const { message } of ahead.outbox ?? []) message.time = "2999-01-01T00:00:00.000Z";
  left.set(ahead.id, ahead);
  for (let i = 0; i < 200 && left.size > 0; i++) await setTimeout(5);
  await outbox.stop();

  expect(left.size).toBe(0);
});

test("sends nothing more once it is stopped", async () => {
  const { outbox, sent } = outboxOver([], () => false);

  await outbox.stop();
  outbox.add([note("late")]);
  await outbox.idle();

  expect(sent).toEqual([]);
});

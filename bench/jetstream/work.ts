/** What both variants do: so many messages of 1 KB, 256 in flight, sent and handled at once. */
import { natsOptions } from "../../mixins/cluster/nats-options.ts";

export const inFlight = 256;
/** With what the house says beside it, 1 KB. */
export const text = "x".repeat(800);

export const options = () =>
  natsOptions({ servers: (process.env.NATS_URL ?? "").split(",") }, "bench");

export interface Round {
  ms: number;
  cpuMs: number;
}

/**
 * Sends `count` messages and waits until all are handled.
 *
 * @param send resolves when the server has stored it
 * @param handled how many there are so far
 */
async function round(
  count: number,
  send: () => Promise<unknown>,
  handled: () => number,
): Promise<Round> {
  const begun = performance.now();
  const cpu = process.cpuUsage();
  const until = handled() + count;
  let sent = 0;
  const line = async () => {
    while (sent < count) {
      sent++;
      await send();
    }
  };
  await Promise.all(Array.from({ length: inFlight }, line));
  while (handled() < until) await new Promise((resolve) => setTimeout(resolve, 1));
  const { user, system } = process.cpuUsage(cpu);
  return { ms: performance.now() - begun, cpuMs: (user + system) / 1_000 };
}

/** Runs a round whenever the parent names a number of messages; ends when it lets go. */
export function serve(
  send: () => Promise<unknown>,
  handled: () => number,
  close: () => Promise<void>,
): void {
  process.on("message", async (count: number) => {
    process.send?.(await round(count, send, handled));
  });
  process.on("disconnect", async () => {
    await close();
    process.exit(0);
  });
  process.send?.("ready");
}

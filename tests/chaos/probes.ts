/** What is asked of a house again and again while an engine is frozen, and how it answers. */
import { setTimeout as wait } from "node:timers/promises";
import { quantile } from "../../bench/lib/figures.ts";

export interface Probe {
  readonly name: string;
  /** The engines without which it need not be answered. */
  readonly needs: readonly string[];
  /** Rejects, or answers what is not meant, when it fails. */
  ask(signal: AbortSignal): Promise<Response>;
}

export interface Seen {
  asked: number;
  failed: number;
  p99Ms: number;
  slowestMs: number;
  /** The last failure, in words. */
  why: string;
}

/** A failed answer, or none, within this is counted as what it is: longer is a hang. */
const patienceMs = 20_000;

/** Asks each probe twenty times a second for so long. */
export async function watch(probes: readonly Probe[], ms: number): Promise<Map<string, Seen>> {
  const end = Date.now() + ms;
  const results = await Promise.all(
    probes.map(async (probe) => {
      const seen: Seen = { asked: 0, failed: 0, p99Ms: 0, slowestMs: 0, why: "" };
      const times: number[] = [];
      const under: Promise<void>[] = [];
      while (Date.now() < end) {
        under.push(once(probe, seen, times));
        await wait(50);
      }
      await Promise.all(under);
      seen.p99Ms = Math.round(quantile(times, 0.99) * 10) / 10;
      seen.slowestMs = Math.round(Math.max(...times));
      return [probe.name, seen] as const;
    }),
  );
  return new Map(results);
}

async function once(probe: Probe, seen: Seen, times: number[]): Promise<void> {
  const since = performance.now();
  seen.asked++;
  try {
    const answer = await probe.ask(AbortSignal.timeout(patienceMs));
    const text = await answer.text();
    if (!answer.ok) throw new Error(`${answer.status} ${text.slice(0, 120)}`);
  } catch (error) {
    seen.failed++;
    seen.why = error instanceof Error ? error.message : String(error);
  }
  times.push(performance.now() - since);
}

/** Resolves with the milliseconds until every probe is answered again; undefined if never. */
export async function recovery(probes: readonly Probe[], withinMs: number) {
  const since = performance.now();
  while (performance.now() - since < withinMs) {
    const all = await Promise.all(
      probes.map((probe) =>
        probe.ask(AbortSignal.timeout(2_000)).then(
          async (answer) => {
            await answer.arrayBuffer();
            return answer.ok;
          },
          () => false,
        ),
      ),
    );
    if (all.every(Boolean)) return Math.round(performance.now() - since);
    await wait(200);
  }
  return undefined;
}

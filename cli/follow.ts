/** Looks at an import until it has ended. A house that goes away and comes back is waited for. */
import { setTimeout as sleep } from "node:timers/promises";
import type { Import } from "../services/imports/import.contract.ts";
import { get } from "../services/imports/imports.contract.ts";
import { clock } from "../services/shared/clock.ts";
import type { Client } from "./client.ts";
import { exit, Failure, unreachable } from "./failure.ts";

export interface Watcher {
  seen(value: Import): void;
  /** The house does not answer; it is asked again. */
  lost(failure: Failure): void;
}

export interface Pace {
  /** Milliseconds between two looks. */
  everyMs: number;
  /** The longest pause between two looks while the house is away. */
  mostMs: number;
  /** How long it may be away. */
  patienceMs: number;
}
const pace: Pace = { everyMs: 500, mostMs: 5_000, patienceMs: 600_000 };

export const hasEnded = ({ status }: Import): boolean =>
  status !== "queued" && status !== "running";

/** While a house starts, a path may be missing for a moment: only its own refusals are final. */
const isFinal = ({ exit: code, facts }: Failure): boolean =>
  code !== exit.unreachable && !(facts.status === 404 && facts.type !== "IMPORT_NOT_FOUND");

/**
 * @param signal ends the watching, not the import: rejects with its reason
 * @throws what the house refuses; unreachable when it stays away for ten minutes
 */
export async function follow(
  client: Client,
  id: string,
  watcher: Watcher,
  signal: AbortSignal,
  { everyMs, mostMs, patienceMs } = pace,
): Promise<Import> {
  let pause = everyMs;
  let lastSeen = clock.now();
  // A house that hangs keeps nobody from leaving.
  const left = new Promise<never>((_, reject) => {
    signal.addEventListener("abort", () => reject(signal.reason), { once: true });
  });
  left.catch(() => {});
  for (;;) {
    try {
      const value = await Promise.race([client.ask(get, { id }), left]);
      watcher.seen(value);
      if (hasEnded(value)) return value;
      lastSeen = clock.now();
      pause = everyMs;
    } catch (error) {
      if (!(error instanceof Failure) || isFinal(error)) throw error;
      if (clock.now() - lastSeen > patienceMs) {
        throw unreachable(
          `The house has been away for ${Math.round(patienceMs / 60_000)} minutes: ${error.message}`,
          `The import goes on when it is back. Look: bijou imports show ${id}`,
        );
      }
      watcher.lost(error);
      pause = Math.min(mostMs, pause * 2);
    }
    await Promise.race([sleep(pause), left]);
  }
}

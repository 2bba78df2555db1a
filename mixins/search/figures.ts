/** The lag of an index as a node's metrics show it. */
import { Gauge, type Registry } from "prom-client";
import { clock } from "../../services/shared/clock.ts";
import type { Progress } from "./progress.ts";

export function showProgress(registry: Registry, progress: Progress): void {
  const show = (name: string, help: string, read: () => number) => {
    // An actor that is started again shows itself, not the one before.
    registry.removeSingleMetric(name);
    new Gauge({
      name,
      help,
      registers: [registry],
      collect() {
        this.set(read());
      },
    });
  };
  show(
    "search_index_pending_changes",
    "Changes given to this node that cannot be found yet.",
    () => progress.pending,
  );
  show(
    "search_index_lag_seconds",
    "The age of the oldest of them.",
    () => progress.lagMs(clock.now()) / 1_000,
  );
}

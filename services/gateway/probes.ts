/** What a balancer asks: does it live, and does it take requests? Without a token. */
import type { Answerer } from "./asking.ts";
import type { Sender } from "./exchange.ts";
import { NotReady } from "./refusals.ts";

/** What readiness depends on. */
export interface State {
  readonly started: boolean;
  readonly stopping: boolean;
  readonly paths: number;
}

/** Why a door takes no requests; nothing when it does. */
export function hindrances({ started, stopping, paths }: State): string[] {
  if (stopping) return ["the house is stopping"];
  const reasons: string[] = [];
  if (!started) reasons.push("the house is starting");
  if (paths === 0) reasons.push("the door has no paths");
  return reasons;
}

/** The probes by their paths. */
export function probes(send: Sender, state: () => State): [path: string, answer: Answerer][] {
  const base = send.base(send.json);
  const live = JSON.stringify({ status: "ok" });
  return [
    ["/livez", (x) => send.plain(x, 200, base, [], live)],
    [
      "/readyz",
      (x) => {
        const reasons = hindrances(state());
        if (reasons.length === 0) send.plain(x, 200, base, [], live);
        else send.problem(x, NotReady({ reasons, summary: reasons.join(", ") }));
      },
    ],
  ];
}

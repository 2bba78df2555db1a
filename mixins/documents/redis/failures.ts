/** What the driver and Redis say, as the house calls it. Pure. */
import type { Problem } from "../../../services/shared/problem.ts";
import { EngineAway, WriteFailed } from "../failures.ts";

/** Loading, no master, no quorum, a slot on its way: it passes. */
const passing = /^(LOADING|MASTERDOWN|CLUSTERDOWN|READONLY|NOREPLICAS|TRYAGAIN|MOVED|ASK)\b/;
/** Memory or disk is full, or the disk fails. */
const refused = /\b(OOM|MISCONF)\b/;

const isReply = (error: Error): boolean => error.name === "ReplyError";

/** Whether Redis is away, rather than of another mind: the driver's own errors are all of that kind. */
export const isAway = (error: unknown): boolean =>
  error instanceof Error &&
  (isReply(error)
    ? passing.test(error.message)
    : /^(AbortError|MaxRetriesPerRequestError|ClusterAllFailedError|TimeoutError)$/.test(
        error.name,
      ) ||
      /timed out|Connection is closed|isn't writeable|Cluster isn't ready|ECONN|EPIPE|closed state/i.test(
        error.message,
      ));

/** The problem that an error is, or the error itself where nobody expects it. */
export function asProblem(error: unknown): Problem | unknown {
  if (isAway(error)) return Object.assign(EngineAway({ engine: "Redis" }), { cause: error });
  if (error instanceof Error && isReply(error) && refused.test(error.message)) {
    return Object.assign(WriteFailed({ reason: error.message }), { cause: error });
  }
  return error;
}

/** One request, and what becomes known about it on its way to the answer. */
import type { IncomingMessage, ServerResponse } from "node:http";
import type { Caller } from "../shared/contract.ts";

export interface Exchange {
  readonly req: IncomingMessage;
  readonly res: ServerResponse;
  /** The id of the request: taken over from the asker or new. */
  readonly id: string;
  /** The pattern of the path that answers. */
  readonly route: string | undefined;
  /** When it came, `performance.now()`. */
  readonly began: number;
  /** Headers for whatever the answer will be, names and values in turn. */
  readonly more: string[];
  /** Who asks and from where, as far as it is known yet. */
  caller: Caller | undefined;
  address: string;
  /** `traceparent` of what happens here. */
  trace: string | undefined;
}

/** A request that has come. */
export const exchange = (req: IncomingMessage, res: ServerResponse, id: string, route?: string) =>
  ({
    req,
    res,
    id,
    route,
    began: performance.now(),
    more: [],
    caller: undefined,
    address: "",
    trace: undefined,
  }) as Exchange;

import type { EndReason } from "./protocol.ts";

export interface LineOptions {
  /** Of the door: `http://127.0.0.1:3000`. */
  url: string;
  /** An access token; nobody in particular without one. */
  token?: string | undefined;
  /** Gives a fresh token when the old one is about to end, or was refused; undefined ends it all. */
  onRefresh?: () => Promise<string | undefined>;
  /** The house ended the socket. It is opened anew, except after `flood` and `binary`. */
  onEnded?: (reason: EndReason) => void;
  /** What happened unasked: the house refused the socket, or a handler failed. */
  onError?: (error: Error) => void;
  /** Milliseconds until an answer is given up. */
  timeoutMs?: number;
  headers?: Record<string, string>;
}

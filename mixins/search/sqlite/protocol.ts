/** What the engine and its worker say to each other. */
import type { IndexDefinition } from "../port.ts";

export interface WorkerSettings {
  readonly folder: string;
  readonly definition: IndexDefinition;
}

export interface Request {
  readonly id: number;
  readonly method:
    | "put"
    | "remove"
    | "search"
    | "suggest"
    | "stats"
    | "begin"
    | "fill"
    | "commit"
    | "abandon"
    | "close";
  readonly args: readonly unknown[];
}

export interface Answer {
  readonly id: number;
  readonly value?: unknown;
  readonly error?: {
    readonly name: string;
    readonly message: string;
    /** SQLite's primary result code, where it was SQLite that refused. */
    readonly code?: number | undefined;
  };
}

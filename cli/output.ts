/**
 * All that `bijou` says: plain text or one JSON document on stdout, notes on stderr. Colour only in
 * a terminal and without NO_COLOR. With --json an error is a document on stdout too, so that who
 * reads it by program has one place to look; the exit code tells the two apart.
 */
import { styleText } from "node:util";
import { type Failure, failureOf } from "./failure.ts";

export type Sink = NodeJS.WritableStream & { isTTY?: boolean; columns?: number };
type Style = Parameters<typeof styleText>[0];
export type Paint = (style: Style, text: string) => string;

export interface Output {
  json: boolean;
  /** Whether a person watches: a terminal, and no --json. */
  live: boolean;
  colour: boolean;
  /** Columns of the terminal; without one nothing is cut. */
  columns: number | undefined;
  paint: Paint;
  /** The result: the value with --json, its text otherwise. */
  result<T>(value: T, text: (value: T, paint: Paint) => string): void;
  /** For whoever watches; never on stdout, nothing with --json. */
  note(text: string): void;
  raw(chunk: string): void;
}

interface Streams {
  stdout: Sink;
  stderr: Sink;
  env: Readonly<Record<string, string | undefined>>;
}

const coloured = (sink: Sink, env: Streams["env"]): boolean =>
  sink.isTTY === true && !env.NO_COLOR && env.TERM !== "dumb";

const painter =
  (on: boolean): Paint =>
  (style, text) =>
    on ? styleText(style, text, { validateStream: false }) : text;

export function createOutput({ stdout, stderr, env }: Streams, json: boolean): Output {
  const colour = !json && coloured(stdout, env);
  const paint = painter(colour);
  return {
    json,
    live: stdout.isTTY === true && !json && env.TERM !== "dumb",
    colour,
    columns: stdout.isTTY ? stdout.columns : undefined,
    paint,
    result(value, text) {
      stdout.write(`${json ? JSON.stringify(value, null, 2) : text(value, paint)}\n`);
    },
    note(text) {
      if (!json) stderr.write(`${text}\n`);
    },
    raw(chunk) {
      stdout.write(chunk);
    },
  };
}

/** An error in plain text: what was wrong, where, and the next step. */
export function errorText({ facts }: Failure, paint: Paint): string {
  const said = facts.type === "BUG" ? facts.title : (facts.detail ?? facts.title);
  // A sentence that names its faults need not be followed by the list of them.
  const faults = (facts.errors ?? []).filter((fault) => !said.includes(fault.message));
  return [
    `${paint("red", "error:")} ${printable(said)}`,
    ...faults.map((f) => `  ${printable(f.path ? `${f.path}: ${f.message}` : f.message)}`),
    ...(facts.type === "BUG" && facts.detail ? [paint("dim", facts.detail)] : []),
    `${paint("cyan", "next:")}  ${printable(facts.next)}`,
  ].join("\n");
}

/** Says an error where it belongs and answers the exit code. */
export function sayError(streams: Streams, json: boolean, error: unknown): number {
  const failure = failureOf(error);
  if (json) streams.stdout.write(`${JSON.stringify({ error: failure.facts }, null, 2)}\n`);
  else {
    const paint = painter(coloured(streams.stderr, streams.env));
    streams.stderr.write(`${errorText(failure, paint)}\n`);
  }
  return failure.exit;
}

/** Text from outside without what would move the cursor or change the colour. */
export const printable = (text: string): string =>
  text.replace(/[\p{Cc}\u202a-\u202e\u2066-\u2069]/gu, (mark) => (mark === "\n" ? mark : " "));

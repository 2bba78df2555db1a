/** The one source of time. Rules take the time as an argument; whoever needs it reads it here. */
let source: () => number = Date.now;

export const clock = {
  /** Milliseconds since the epoch. */
  now: (): number => source(),
  /** ISO 8601, UTC, milliseconds: the form in which times are stored and sent. */
  iso: (): string => new Date(source()).toISOString(),
  /** Tests set the time (a constant or a function); without an argument the system's time is back. */
  set(time?: number | (() => number)): void {
    source = time === undefined ? Date.now : typeof time === "function" ? time : () => time;
  },
};

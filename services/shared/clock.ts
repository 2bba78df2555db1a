/** The one source of time. Rules take the time as an argument; whoever needs it reads it here. */
let source: () => number = Date.now;

/** The last time that was written out: whoever writes by the thousand asks within one millisecond. */
let written = { time: Number.NaN, iso: "" };

export const clock = {
  /** Milliseconds since the epoch. */
  now: (): number => source(),
  /** ISO 8601, UTC, milliseconds: the form in which times are stored and sent. */
  iso: (): string => {
    const time = source();
    if (time !== written.time) written = { time, iso: new Date(time).toISOString() };
    return written.iso;
  },
  /** Tests set the time (a constant or a function); without an argument the system's time is back. */
  set(time?: number | (() => number)): void {
    source = time === undefined ? Date.now : typeof time === "function" ? time : () => time;
  },
};

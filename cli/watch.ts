/** Watching an import until it ends or its watcher leaves; then its report. */
import type { Import } from "../services/imports/import.contract.ts";
import { cancel } from "../services/imports/imports.contract.ts";
import { clock } from "../services/shared/clock.ts";
import type { Client } from "./client.ts";
import { Ended, exit } from "./failure.ts";
import { follow } from "./follow.ts";
import type { Session } from "./io.ts";
import { importPicture, type Picture, type Sample, sampled } from "./progress.ts";
import { openScreen } from "./screen.ts";
import { importReport } from "./text/import.ts";

/** As shells count a process that a signal ended. */
const interrupted = { SIGINT: 130, SIGTERM: 143 } as const;

class Detached extends Error {
  readonly exit: number;

  constructor(code: number) {
    super("detached");
    this.exit = code;
  }
}

/** The import as a result; one that did not end well ends the command with 1. */
export function report({ out }: Session, value: Import): void {
  out.result(value, importReport);
  if (value.status === "failed" || value.status === "cancelled") throw new Ended(exit.refused);
}

function detached({ out }: Session, value: Import, code: number): void {
  if (out.json || code === exit.done) out.result(value, (v, p) => detachedText(v.id, p));
  else out.note(detachedText(value.id, out.paint));
  if (code !== exit.done) throw new Ended(code);
}

export const detachedText = (id: string, paint: (style: "cyan", text: string) => string): string =>
  [
    `Import ${id} goes on in the house.`,
    `${paint("cyan", "next:")}  bijou imports show ${id} --watch`,
    `${paint("cyan", "next:")}  bijou imports cancel ${id}`,
  ].join("\n");

/**
 * Shows the import until it has ended, prints its report.
 *
 * A signal detaches: the import goes on, the command ends as the signal says.
 *
 * @throws Ended with 1 for an import that failed or was cancelled
 */
export async function watch(session: Session, client: Client, begun: Import): Promise<void> {
  const leaving = new AbortController();
  let asked: Promise<unknown> = Promise.resolve();
  let failed: unknown;
  const screen = await openScreen(session, {
    onDetach: () => leaving.abort(new Detached(exit.done)),
    onCancel: () => {
      asked = client.ask(cancel, { id: begun.id }).catch((error) => {
        failed = error;
      });
    },
  });
  const stopListening = session.io.onSignal((s) => leaving.abort(new Detached(interrupted[s])));
  let samples: Sample[] = [];
  let picture: Picture = importPicture(begun, samples);
  let last = begun;
  try {
    last = await follow(
      client,
      begun.id,
      {
        seen(value) {
          last = value;
          samples = sampled(samples, { at: clock.now(), done: value.bytesRead });
          picture = importPicture(value, samples);
          screen.show(picture);
        },
        lost: ({ message }) => screen.show(picture, `${message} Asking again…`),
      },
      leaving.signal,
    );
  } catch (error) {
    if (!(error instanceof Detached)) throw error;
    await screen.close();
    return detached(session, last, error.exit);
  } finally {
    stopListening();
    await screen.close();
    await asked;
  }
  // An import may end by itself just before it is cancelled: then the refusal says nothing new.
  if (failed && last.status !== "done") throw failed;
  report(session, last);
}

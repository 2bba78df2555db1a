/** A file on its way to the house, and how far it is. */
import { clock } from "../services/shared/clock.ts";
import type { Upload } from "./client.ts";
import { Ended, Failure } from "./failure.ts";
import type { Input } from "./files.ts";
import { isBroken } from "./http.ts";
import type { Session } from "./io.ts";
import { type Sample, sampled, uploadPicture } from "./progress.ts";
import { openScreen } from "./screen.ts";

export type Bytes = Extract<Input, { kind: "bytes" }>;
type Send<T> = (body: Upload) => Promise<T>;
const tries = 3;

/**
 * Sends one file; a broken connection is met by sending it again from its beginning.
 *
 * @param said `place` of the file among others; `nothing` that has happened when it is stopped
 */
export async function sendFile<T>(
  session: Session,
  file: Bytes,
  said: { place: string; nothing: string },
  send: Send<T>,
): Promise<T> {
  const stop = new AbortController();
  const stopped = (code: number) => () => stop.abort(new Ended(code));
  const screen = await openScreen(session, { onDetach: null, onCancel: stopped(1) });
  const stopListening = session.io.onSignal((signal) => stopped(signal === "SIGINT" ? 130 : 143)());
  const show = (samples: Sample[], total: number | null) =>
    screen.show(uploadPicture(file.name, said.place, samples, total));
  try {
    for (let attempt = 1; ; attempt++) {
      try {
        return await sendOnce(file, stop.signal, show, send);
      } catch (error) {
        const again = file.again && attempt < tries && error instanceof Failure && isBroken(error);
        if (!again) throw error;
      }
    }
  } catch (error) {
    await screen.close();
    if (error instanceof Ended) session.out.note(`Stopped: ${said.nothing}.`);
    throw error;
  } finally {
    stopListening();
    await screen.close();
  }
}

async function sendOnce<T>(
  { size, open }: Bytes,
  signal: AbortSignal,
  show: (samples: Sample[], total: number | null) => void,
  send: Send<T>,
): Promise<T> {
  const body = open();
  let samples: Sample[] = [];
  let done = 0;
  const timer = setInterval(() => {
    samples = sampled(samples, { at: clock.now(), done });
    show(samples, size ?? null);
  }, 250);
  body.on("data", (chunk: Buffer) => {
    done += chunk.length;
  });
  body.pause();
  try {
    return await send({ body, size, signal });
  } finally {
    clearInterval(timer);
    body.destroy();
  }
}

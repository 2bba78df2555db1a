/** `imports run`: look at what is given, send it, start the import, watch it. */
import type { z } from "zod";
import type { Import, Options } from "../services/imports/import.contract.ts";
import { list, start } from "../services/imports/imports.contract.ts";
import { clock } from "../services/shared/clock.ts";
import type { Client } from "./client.ts";
import { Ended, Failure, usage } from "./failure.ts";
import { type Input, openInputs } from "./files.ts";
import { isBroken } from "./http.ts";
import type { Session } from "./io.ts";
import { type Sample, sampled, uploadPicture } from "./progress.ts";
import { checkParams } from "./request.ts";
import { openScreen } from "./screen.ts";
import { detachedText, watch } from "./watch.ts";

export interface Plan {
  source: string;
  files: string[];
  options: z.input<typeof Options>;
  schedule: { cron: string; timeZone: string } | undefined;
  detach: boolean;
}

type Bytes = Extract<Input, { kind: "bytes" }>;
type Sent = { name: string; object?: string; url?: string };

const tries = 3;

/** The request, with the files as far as they are known; checked before the first byte is sent. */
const request = ({ source, options, schedule }: Plan, files: Sent[]) =>
  ({ source, files, options, ...(schedule ? { schedule } : {}) }) as z.input<typeof start.params>;

function check(plan: Plan, inputs: Input[]): void {
  if (plan.schedule && inputs.some((input) => input.kind === "bytes")) {
    throw usage(
      "A schedule needs https addresses: a file that is sent once would be the same every time.",
      "Give an address, or leave --schedule out and let cron run this command.",
    );
  }
  const known = inputs.map((i) =>
    i.kind === "url" ? { name: i.name, url: i.url } : { name: i.name },
  );
  checkParams(start, request(plan, known));
}

/** Sends one file; a broken connection is met by sending it again from its beginning. */
async function sendFile(
  session: Session,
  client: Client,
  file: Bytes,
  place: string,
): Promise<Sent> {
  const stop = new AbortController();
  const stopped = (code: number) => () => stop.abort(new Ended(code));
  const screen = await openScreen(session, { onDetach: null, onCancel: stopped(1) });
  const stopListening = session.io.onSignal((signal) => stopped(signal === "SIGINT" ? 130 : 143)());
  try {
    for (let attempt = 1; ; attempt++) {
      try {
        return await sendOnce(client, file, stop.signal, (samples, total) =>
          screen.show(uploadPicture(file.name, place, samples, total)),
        );
      } catch (error) {
        const again = file.again && attempt < tries && error instanceof Failure && isBroken(error);
        if (!again) throw error;
      }
    }
  } catch (error) {
    await screen.close();
    if (error instanceof Ended) session.out.note("Stopped: nothing has been imported.");
    throw error;
  } finally {
    stopListening();
    await screen.close();
  }
}

async function sendOnce(
  client: Client,
  { name, size, open }: Bytes,
  signal: AbortSignal,
  show: (samples: Sample[], total: number | null) => void,
): Promise<Sent> {
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
    const { object } = await client.upload({ name, body, size, signal });
    return { name, object };
  } finally {
    clearInterval(timer);
    body.destroy();
  }
}

async function sendAll(session: Session, client: Client, inputs: Input[]): Promise<Sent[]> {
  const sent: Sent[] = [];
  // Is the house there, and does it know us? Asked before gigabytes are on their way.
  if (inputs.some((input) => input.kind === "bytes")) await client.ask(list, { limit: 1 });
  for (const [index, input] of inputs.entries()) {
    const place = inputs.length > 1 ? ` (${index + 1} of ${inputs.length})` : "";
    if (input.kind === "url") sent.push({ name: input.name, url: input.url });
    else sent.push(await sendFile(session, client, input, place));
  }
  return sent;
}

function begunText({ id, schedule }: Import, paint: Session["out"]["paint"]): string {
  if (!schedule) return detachedText(id, paint);
  return [
    `Import ${id} is scheduled: ${schedule}.`,
    `${paint("cyan", "next:")}  bijou imports show ${id}`,
  ].join("\n");
}

export async function runImport(session: Session, plan: Plan): Promise<void> {
  const inputs = await openInputs(plan.files, session.io);
  check(plan, inputs);
  const client = await session.connect();
  const begun = await client.ask(start, request(plan, await sendAll(session, client, inputs)));
  if (plan.detach || plan.schedule) session.out.result(begun, begunText);
  else await watch(session, client, begun);
}

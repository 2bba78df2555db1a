/** `imports run`: look at what is given, send it, start the import, watch it. */
import type { z } from "zod";
import type { Import, Options } from "../services/imports/import.contract.ts";
import { list, receive, start } from "../services/imports/imports.contract.ts";
import type { Client } from "./client.ts";
import { usage } from "./failure.ts";
import { type Input, openInputs } from "./files.ts";
import type { Session } from "./io.ts";
import { checkParams } from "./request.ts";
import { type Bytes, sendFile } from "./sending.ts";
import { detachedText, watch } from "./watch.ts";

export interface Plan {
  source: string;
  files: string[];
  options: z.input<typeof Options>;
  schedule: { cron: string; timeZone: string } | undefined;
  detach: boolean;
}

type Sent = { name: string; object?: string; url?: string };

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

/** Sends one file. */
async function sendOne(
  session: Session,
  client: Client,
  file: Bytes,
  place: string,
): Promise<Sent> {
  const { name } = file;
  const { object } = await sendFile(
    session,
    file,
    { place, nothing: "nothing has been imported" },
    (body) => client.upload(receive, { name }, body),
  );
  return { name, object };
}

async function sendAll(session: Session, client: Client, inputs: Input[]): Promise<Sent[]> {
  const sent: Sent[] = [];
  // Is the house there, and does it know us? Asked before gigabytes are on their way.
  if (inputs.some((input) => input.kind === "bytes")) await client.ask(list, { limit: 1 });
  for (const [index, input] of inputs.entries()) {
    const place = inputs.length > 1 ? ` (${index + 1} of ${inputs.length})` : "";
    if (input.kind === "url") sent.push({ name: input.name, url: input.url });
    else sent.push(await sendOne(session, client, input, place));
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

/** What may be wrong with an import before it starts. Pure. */
import { Cron } from "croner";
import type { Asked } from "./import.ts";
import type { Schedule } from "./import-state.ts";
import { faultOf } from "./sources/mapping.ts";

/** The first fault of a request, as a sentence with what to do; nothing when it is fine. */
export function faultIn({ source, files, options, schedule }: Asked): string | undefined {
  const unclear = files.find(({ object, url }) => (object === undefined) === (url === undefined));
  if (unclear) return `${unclear.name} needs either an object (received before) or an address.`;
  const foreign = files.find(({ object }) => object && !object.startsWith("uploads/"));
  if (foreign) return `${foreign.name} names an object that is no upload. Send the file itself.`;
  if (source === "table" || options.mapping) {
    if (source !== "table") return `a mapping is for tables; ${source} needs none.`;
    const fault = faultOf(options.mapping);
    if (fault) return fault;
  }
  if (source !== "imdb" && (options.titleTypes || options.minVotes !== undefined)) {
    return "titleTypes and minVotes are for imdb only. Leave them out.";
  }
  if (!schedule) return undefined;
  if (files.some(({ url }) => !url)) {
    return "a schedule needs addresses (https) that can be read again; an upload is read once.";
  }
  return scheduleFault(schedule);
}

function scheduleFault({ cron, timeZone }: Schedule): string | undefined {
  try {
    new Intl.DateTimeFormat("en", { timeZone });
  } catch {
    return `there is no time zone "${timeZone}". Name one like Europe/Moscow or UTC.`;
  }
  try {
    const job = new Cron(cron, { timezone: timeZone, paused: true });
    return job.nextRun() ? undefined : `the schedule "${cron}" never comes.`;
  } catch (error) {
    return `the schedule "${cron}" is no cron expression (${(error as Error).message}).`;
  }
}

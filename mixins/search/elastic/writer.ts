/** Writes lines into one generation. Versions decide what stays, so all of it may be repeated. */
import { setTimeout as wait } from "node:timers/promises";
import { SearchUnavailableError } from "../errors.ts";
import type { Line } from "./document.ts";
import { fateOf } from "./failures.ts";
import type { Server } from "./server.ts";

/** One request carries so much at most: the server keeps the whole of it in memory. */
const mostLetters = 5_000_000;
/** A server that is too busy is asked again after so long, doubled each time. */
const firstWaitMs = 100;
const mostTries = 5;

/**
 * @param alias the generation's own: one that is gone is not made anew
 * @returns whether the generation is there; with some lines late it is all the same
 */
export async function write(
  server: Server,
  alias: string,
  lines: readonly Line[],
): Promise<boolean> {
  for (const part of inParts(lines)) {
    let left = part;
    for (let tries = 1; left.length > 0; tries++) {
      const { again, gone } = await send(server, alias, left);
      if (gone) return false;
      if (again.length > 0 && tries === mostTries) {
        throw new SearchUnavailableError(`Elasticsearch at ${server.where} has too much to do.`);
      }
      if (again.length > 0) await wait(firstWaitMs * 2 ** (tries - 1));
      left = again;
    }
  }
  return true;
}

interface Item {
  readonly index?: {
    readonly status?: number;
    readonly error?: { readonly type?: string; readonly reason?: string };
  };
}

async function send(server: Server, alias: string, lines: readonly Line[]) {
  const request = {
    method: "POST",
    path: `/${alias}/_bulk`,
    querystring: { require_alias: true, filter_path: "items.*.status,items.*.error" },
    bulkBody: lines.map(({ text }) => text).join(""),
  };
  const { items = [] } = await server.feed((client, options) =>
    client.transport.request<{ items?: Item[] }>(request, options),
  );
  const again: Line[] = [];
  for (const [i, { index: item }] of items.entries()) {
    const line = lines[i];
    const fate = fateOf(item?.status ?? 500, item?.error?.type);
    if (fate === "gone") return { again: [], gone: true };
    if (fate === "again" && line) again.push(line);
    const reason = `${item?.error?.type}: ${item?.error?.reason}`;
    if (fate === "shut") {
      const hint = "free some space on its disk, or give us the right to write";
      throw new SearchUnavailableError(`${server.where} takes nothing in (${reason}): ${hint}.`);
    }
    if (fate === "refused") throw new Error(`${line?.id} cannot be indexed, ${reason}`);
  }
  return { again, gone: false };
}

function* inParts(lines: readonly Line[]): Generator<readonly Line[]> {
  let part: Line[] = [];
  let letters = 0;
  for (const line of lines) {
    if (part.length > 0 && letters + line.text.length > mostLetters) {
      yield part;
      part = [];
      letters = 0;
    }
    part.push(line);
    letters += line.text.length;
  }
  if (part.length > 0) yield part;
}

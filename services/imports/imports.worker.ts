/**
 * The thread of one import: reads its files, cleans and checks their rows, and hands them over in
 * batches. It writes into its work folder and the objects' store only. Node runs it as it stands.
 */
import { mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { parentPort } from "node:worker_threads";
import { Batcher } from "../../mixins/intake/batcher.ts";
import { Files, type Group, type SpooledFile } from "../../mixins/intake/files.ts";
import { Outlet } from "../../mixins/intake/outlet.ts";
import type { Format } from "../../mixins/intake/parse.ts";
import { Progress } from "../../mixins/intake/progress.ts";
import { asTable, onlyJson } from "../../mixins/intake/sniff.ts";
import { spool } from "../../mixins/intake/spool.ts";
import { type Staged, Staging } from "../../mixins/intake/staging.ts";
import { Unreadable } from "../../mixins/intake/unreadable.ts";
import { openObjects } from "../../mixins/objects/open.ts";
import { noted } from "./import-findings.ts";
import { type Understood, understand } from "./import-rows.ts";
import type { End, Job } from "./import-state.ts";
import type { Link } from "./imports.adapter.ts";
import { linking, rehearsal } from "./preparing.adapter.ts";
import type { ImportOptions } from "./sources/clean.ts";
import { imdbTables } from "./sources/imdb-files.ts";
import { columnsOf } from "./sources/mapping.ts";
import { movielensTables } from "./sources/movielens.ts";

interface Join {
  plan: Staged<ImportOptions>;
  format: Format;
}
/** Sources whose files are joined. */
const joins: Partial<Record<Job["source"], Join>> = {
  movielens: { plan: movielensTables, format: { kind: "csv", delimiter: ",", quotes: true } },
  imdb: { plan: imdbTables, format: { kind: "csv", delimiter: "\t", quotes: false } },
};
/** A batch must fit into one message of the transport, which takes 1 MB. */
const maxChars = 400_000;
/** A small packed file may hold more bad rows than a disk. */
const maxRejectBytes = 128 * 1024 ** 2;
const tooManyRejects =
  "more than 128 MB of its rows are rejected. See why (`bijou imports rejects <id>`), " +
  "correct the file and import it anew.";
const maxFetchedBytes = 16 * 1024 ** 3;

async function run(job: Job, link: Link): Promise<End> {
  mkdirSync(job.folder, { recursive: true });
  const progress = new Progress((reading) => link.tell(reading), Date.now);
  const objects = await openObjects(job.objectsSettings, { sweep: false });
  const files = new Files(objects, (bytes) => progress.more(bytes));
  const { folder, prefix, ca, privateHosts } = job;
  const fetching = {
    folder,
    prefix,
    ca,
    privateHosts,
    maxBytes: maxFetchedBytes,
    progress: progress.at.bind(progress),
  };
  const spooled = await spool(objects, job.files, fetching, (index, object) =>
    link.ask({ ask: "keep", index, object }),
  );
  progress.begin(await files.size(spooled));
  const batcher = batcherOf(job, link, progress);
  try {
    const joinOf = joins[job.source];
    if (joinOf) return { orphans: await takeJoined(job, files, spooled, joinOf, batcher) };
    const { mapping } = job.options;
    const columns = mapping && columnsOf(mapping);
    const reading = columns ? asTable({ ...mapping, columns }) : { format: onlyJson };
    const skip = { rows: job.position };
    await takeAll(files.oneByOne(spooled, { ...reading, skip }), batcher);
    return { orphans: 0 };
  } finally {
    batcher.close();
  }
}

function batcherOf(job: Job, link: Link, progress: Progress): Batcher<Understood> {
  const { source, options, thisYear } = job;
  const prepared = options.dryRun ? rehearsal(job, link) : linking(link);
  return new Batcher<Understood>({
    ...job,
    maxRows: job.batchRows,
    maxChars,
    understand: (fields, ordinal) => understand(source, fields, ordinal, options, thisYear),
    async send(lot) {
      const { position, rejected, rejectBytes, rows, duplicates } = lot;
      const findings = noted(source, rows, duplicates);
      const { bytesRead } = progress;
      const step = { position, rejected, rejectBytes, bytesRead, findings };
      await link.put({ ...step, ...(await prepared(lot)) });
      if (rejectBytes > maxRejectBytes) throw new Unreadable(tooManyRejects);
    },
  });
}

async function takeAll(groups: AsyncIterable<Group>, batcher: Batcher<Understood>): Promise<void> {
  for await (const { file, rows } of groups) await batcher.take(file, rows);
  await batcher.end();
}

async function takeJoined(
  job: Job,
  files: Files,
  spooled: SpooledFile[],
  { plan, format }: Join,
  batcher: Batcher<Understood>,
): Promise<number> {
  const path = join(job.folder, "joined.sqlite");
  rmSync(path, { force: true });
  const staging = new Staging(plan, path);
  try {
    const reading = { format, skip: { rows: job.position } };
    const groups = files.joined(spooled, staging, reading, job.options, (file, row) => {
      // Behind a checkpoint they are in it already.
      if (job.position === 0) batcher.reject(file, row, row.fault ?? "");
    });
    await takeAll(groups, batcher);
    return staging.orphans();
  } finally {
    staging.close();
  }
}

if (parentPort) {
  const link: Link = new Outlet(parentPort);
  void link.run((job) => run(job, link));
}

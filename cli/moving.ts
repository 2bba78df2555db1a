/** Moving house: a backup into a file, and a file into a house. */
import { existsSync } from "node:fs";
import { rm } from "node:fs/promises";
import { basename, resolve } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { Move } from "../services/operations/move.contract.ts";
import * as moves from "../services/operations/moves.contract.ts";
import { clock } from "../services/shared/clock.ts";
import type { Client } from "./client.ts";
import { Ended, exit, Failure, unreachable, usage } from "./failure.ts";
import { openInputs } from "./files.ts";
import type { Session } from "./io.ts";
import { bytes, type Sample, sampled, uploadPicture } from "./progress.ts";
import { checkTarget, saveInto } from "./save.ts";
import { openScreen } from "./screen.ts";
import { sendFile } from "./sending.ts";
import { movePicture, moveReport } from "./text/moving.ts";

const everyMs = 300;
/** So long may the house be away while it moves. */
const patienceMs = 60_000;
const interrupted = { SIGINT: 130, SIGTERM: 143 } as const;

/** Looks at a move until its end; the house goes on with it where its watcher leaves. */
async function follow(session: Session, client: Client, begun: Move): Promise<Move> {
  const leaving = new AbortController();
  const leave = (code: number) => leaving.abort(new Ended(code));
  const onDetach = () => leave(exit.refused);
  const screen = await openScreen(session, { onDetach, onCancel: null });
  const stopListening = session.io.onSignal((signal) => leave(interrupted[signal]));
  let seenAt = clock.now();
  let move = begun;
  try {
    while (move.status === "running") {
      screen.show(movePicture(move));
      await sleep(everyMs, undefined, { signal: leaving.signal }).catch(() => {
        throw leaving.signal.reason;
      });
      try {
        move = await client.ask(moves.get, { id: move.id });
        seenAt = clock.now();
      } catch (error) {
        const isAway = error instanceof Failure && error.exit === exit.unreachable;
        if (!isAway || clock.now() - seenAt > patienceMs) throw error;
      }
    }
    return move;
  } catch (error) {
    await screen.close();
    if (error instanceof Ended) {
      session.out.note(`The house goes on. Look: bijou call moves.get '{"id":"${move.id}"}'`);
    }
    throw error;
  } finally {
    stopListening();
    await screen.close();
  }
}

/** Loads the archive, whole or not at all. */
async function load(session: Session, client: Client, { id, size }: Move, path: string) {
  const screen = await openScreen(session, { onDetach: null, onCancel: null });
  let samples: Sample[] = [];
  let saidAt = 0;
  try {
    const source = await client.download(moves.file, { id });
    const got = await saveInto(path, source, (done) => {
      if (clock.now() - saidAt < everyMs) return;
      saidAt = clock.now();
      samples = sampled(samples, { at: saidAt, done });
      screen.show({ ...uploadPicture(basename(path), "", samples, size), title: "backup" });
    });
    if (got === size) return;
    await rm(path, { force: true });
    const what = `The archive came in part: ${bytes(got)} of ${bytes(size)}.`;
    throw unreachable(what, "Something was removed meanwhile, or the line broke: repeat.");
  } finally {
    await screen.close();
  }
}

function end({ out }: Session, move: Move, more: object = {}): void {
  out.result({ ...move, ...more }, (value, paint) => moveReport(value, paint, out.columns));
  if (move.status !== "done") throw new Ended(exit.refused);
}

/** Everything that the house has, in a file. */
export async function backup(session: Session, file: string): Promise<void> {
  const path = resolve(session.io.cwd, file);
  await checkTarget(path);
  if (existsSync(path))
    throw usage(`${file} is there already.`, "Name another file, or remove it.");
  const client = await session.connect();
  const move = await follow(session, client, await client.ask(moves.backup, {}));
  if (move.status === "done") {
    try {
      await load(session, client, move, path);
    } finally {
      await client.ask(moves.drop, { id: move.id }).catch(() => {});
    }
    session.out.note(`${bytes(move.size)} in ${file}: it holds all that people told the house.`);
  }
  end(session, move, { output: path });
}

/** @param merge into a house that has something already */
export async function restore(session: Session, file: string, merge: boolean): Promise<void> {
  const [input] = await openInputs([file], session.io);
  if (input?.kind !== "bytes") throw unreachable("An archive is sent from here.", "Load it first.");
  const client = await session.connect();
  const said = { place: "", nothing: "nothing has been restored" };
  const begun = await sendFile(session, input, said, (body) =>
    client.upload(moves.restore, { merge: String(merge) }, body),
  );
  end(session, await follow(session, client, begun));
}

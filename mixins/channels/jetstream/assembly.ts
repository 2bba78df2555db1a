/** The parts of an adapter, put together; nothing is opened yet. */
import { reasonOf } from "./away.ts";
import { Connection, type Log } from "./connection.ts";
import { LettersInStream } from "./deadletters.ts";
import { Declarations } from "./declare.ts";
import { Groups } from "./groups.ts";
import { Mover } from "./later.ts";
import { Names } from "./names.ts";
import type { JetStreamOptions, Settings } from "./options.ts";
import type { Parts } from "./parts.ts";
import { Publisher } from "./publisher.ts";
import { Sender } from "./sender.ts";
import { Streams } from "./streams.ts";
import { TriesStore } from "./tries.ts";

export interface Assembly extends Parts {
  readonly sender: Sender;
  readonly mover: Mover;
  readonly letters: LettersInStream;
  readonly groups: Groups;
}

/** @param prefix what the names of channels begin with */
export function assemble(
  { connect, space }: JetStreamOptions,
  settings: Settings,
  prefix: string,
  log: () => Log,
): Assembly {
  const names = new Names(space ?? (prefix || "house"), prefix);
  const connection = new Connection(connect, log);
  const declarations = new Declarations(connection, log);
  const streams = new Streams(names, settings, declarations);
  const mend = () => void streams.mend().catch((error) => log().error(reasonOf(error)));
  const publisher = new Publisher(connection, mend);
  const most = { names, settings, connection, publisher, declarations, streams, log };
  const parts = { ...most, tries: new TriesStore(most) };
  const sender = new Sender(parts);
  const letters = new LettersInStream(parts, sender);
  const groups = new Groups(parts, letters);
  return { ...parts, sender, letters, groups, mover: new Mover(parts, sender) };
}

/** A batch of messages on its way from their documents to the channel. */
import type { Outgoing, Stored } from "./collection.ts";

/** What of a document is sent. */
export type Telling = Pick<Stored, "id" | "outbox">;

export interface BatchOutcome {
  /** By document id, the ids of the messages that the channel has. */
  readonly sent: ReadonlyMap<string, readonly string[]>;
  /** Documents of which it refused a message. */
  readonly refused: ReadonlySet<string>;
  /** Why it refused the first of them. */
  readonly error: unknown;
}

/** Sends all at once. A message that the channel refuses holds up no other. */
export async function sendBatch(
  docs: readonly Telling[],
  send: (outgoing: Outgoing) => Promise<void>,
): Promise<BatchOutcome> {
  const all = docs.flatMap(({ id, outbox = [] }) => outbox.map((outgoing) => ({ id, outgoing })));
  const results = await Promise.allSettled(all.map((one) => send(one.outgoing)));
  const sent = new Map<string, string[]>();
  const refused = new Set<string>();
  let error: unknown;
  for (const [i, { id, outgoing }] of all.entries()) {
    const result = results[i];
    if (result?.status === "rejected") {
      if (refused.size === 0) error = result.reason;
      refused.add(id);
    } else sent.set(id, [...(sent.get(id) ?? []), outgoing.message.id]);
  }
  return { sent, refused, error };
}

/** A dead letter as it is stored: JSON, in which the message lies as it was sent. Pure. */
import type { Failure } from "../failure.ts";
import type { DeadLetter } from "../port.ts";

export interface Burial {
  readonly channel: string;
  readonly group: string;
  /** The message's own JSON. */
  readonly body: string;
  readonly headers: Record<string, unknown>;
  readonly error: Failure;
  readonly attempts: number;
  /** Milliseconds since the epoch. */
  readonly firstAt: number;
  readonly lastAt: number;
}

const isJson = (text: string): boolean => {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
};

export const writeLetter = ({ body, firstAt, lastAt, ...rest }: Burial): Uint8Array => {
  const head = JSON.stringify({
    ...rest,
    firstAt: new Date(firstAt).toISOString(),
    lastAt: new Date(lastAt).toISOString(),
  });
  const message = isJson(body) ? body : JSON.stringify(body);

  return new TextEncoder().encode(`${head.slice(0, -1)},"message":${message}}`);
};

export interface Letter extends Omit<DeadLetter, "id"> {
  readonly headers: Record<string, unknown>;
}

/** @param seq its place in the stream of dead letters, which is its id */
export const readLetter = (seq: number, data: Uint8Array): Letter & { id: string } => ({
  id: String(seq),
  ...(JSON.parse(new TextDecoder().decode(data)) as Letter),
});

/** The place that an id stands for; 0 if it is no id of ours. */
export const placeOfLetter = (id: string | undefined): number =>
  id !== undefined && /^[1-9]\d{0,15}$/.test(id) ? Number(id) : 0;

/**
 * When a signing key is made, published, used and dropped. A key is published well before it signs,
 * and stays published until the last token that it signed has expired: nobody ever meets a token of
 * an unknown key. Pure; times in milliseconds since the epoch.
 */

export interface Spans {
  /** So long does a key sign. */
  rotationMs: number;
  /** So long is it published before it signs. */
  aheadMs: number;
  /** So long after another took over does it stay published. */
  tokenMs: number;
}

export interface KeyTimes {
  id: string;
  /** From then on it signs, until a later one does. */
  activeFrom: number;
}

const byTime = <K extends KeyTimes>(keys: readonly K[]): K[] =>
  keys.toSorted((a, b) => a.activeFrom - b.activeFrom || (a.id < b.id ? -1 : 1));

/** The key that signs now; the first one where a clock was put back before all of them. */
export function signing<K extends KeyTimes>(keys: readonly K[], now: number): K | undefined {
  const sorted = byTime(keys);
  return sorted.findLast(({ activeFrom }) => activeFrom <= now) ?? sorted[0];
}

/** Keys that are not needed any more. */
export function spent<K extends KeyTimes>(keys: readonly K[], now: number, spans: Spans): K[] {
  const sorted = byTime(keys);
  return sorted.filter((_, i) => {
    const next = sorted[i + 1];
    return next !== undefined && next.activeFrom + spans.tokenMs < now;
  });
}

/** From when on a new key should sign, when one is to be made now. */
export function due(keys: readonly KeyTimes[], now: number, spans: Spans): number | undefined {
  const last = byTime(keys).at(-1);
  if (!last) return now;
  const end = last.activeFrom + spans.rotationMs;
  return now >= end - spans.aheadMs ? Math.max(end, now + spans.aheadMs) : undefined;
}

/**
 * What a node keeps for itself alone, and why two nodes that keep the same cannot be one house: each
 * would have films, messages or keys that the other does not know. Pure.
 */

/** Kinds of what is kept, each with what it is kept of: collections, indexes. */
export type Kept = Readonly<Record<string, readonly string[]>>;
/** Secrets by name, as fingerprints: whoever has another one cannot read what this node sealed. */
export type Secrets = Readonly<Record<string, string>>;

/** What a node tells of itself in Moleculer's metadata. */
export interface Household {
  readonly kept: Kept;
  readonly secrets: Secrets;
  /** When it began to start, milliseconds since the epoch. */
  readonly since: number;
  /** Its actors answer: whoever comes now is the one too many. */
  readonly open: boolean;
}

/** What to set so that nodes share it. */
const remedies: Readonly<Record<string, string>> = {
  documents: "set POSTGRES_URL or MONGO_URL",
  channels: "set NATS_URL, and CHANNELS to jetstream or leave it",
  objects: "set S3_ENDPOINT, S3_REGION, S3_ACCESS_KEY, S3_SECRET_KEY and S3_BUCKET",
  search: "set ELASTIC_URL",
  secrets:
    "set HOUSE_SECRET, such as `openssl rand -base64 32` makes, or copy DATA_DIR/secrets of the first",
  letters: "set SMTP_URL",
  tokens: "set ADMIN_TOKEN",
};

/** The one secret that has a variable of its own. */
export const operatorsToken = "operator-token";

type Own = Pick<Household, "kept" | "secrets">;

/** What both keep, or hold another secret for, by kind; empty where they can live together. */
export function clashOf(mine: Own, theirs: Own): Record<string, string[]> {
  const clash = Object.entries(mine.kept).map(([kind, names]): [string, string[]] => [
    kind,
    names.filter((name) => theirs.kept[kind]?.includes(name)).toSorted(),
  ]);
  const others = Object.keys(mine.secrets).filter((name) => {
    const [my, their] = [mine.secrets[name], theirs.secrets[name]];
    return their !== undefined && my !== their;
  });
  clash.push(["secrets", others.filter((name) => name !== operatorsToken).toSorted()]);
  clash.push(["tokens", others.filter((name) => name === operatorsToken)]);
  return Object.fromEntries(clash.filter(([, names]) => names.length > 0));
}

/**
 * Which of two that clash leaves: the one that is not open yet; of two alike the one that began
 * later, and of two that began together the one whose id sorts last. Both come to the same answer.
 */
export function leaves(me: Household, myId: string, other: Household, otherId: string): boolean {
  if (me.open !== other.open) return other.open;
  if (me.since !== other.since) return me.since > other.since;
  return myId > otherId;
}

/** Why a node leaves, and what to do. */
export function sentenceOf(myId: string, otherId: string, clash: Record<string, string[]>): string {
  const lines = Object.entries(clash).map(([kind, names]) => {
    const shown = names.slice(0, 5).join(", ") + (names.length > 5 ? ", …" : "");
    return `  ${kind} (${shown}): ${remedies[kind] ?? "let one node keep them"}`;
  });
  return [
    `The nodes ${otherId} and ${myId} each keep data of their own that they would have to share:`,
    ...lines,
    "Set it alike on every node, or let SERVICES give these actors to one node. This node stops.",
  ].join("\n");
}

/** What another node says of itself; undefined for what is no house of ours. */
export function householdOf(metadata: unknown): Household | undefined {
  const told = (metadata as { household?: Household } | null | undefined)?.household;
  return told?.kept && told.secrets && typeof told.since === "number" ? told : undefined;
}

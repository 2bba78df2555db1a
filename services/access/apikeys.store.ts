/** What is kept of API keys, how it is found, written and shown. */
import { hash, randomBytes } from "node:crypto";
import { collection, type Outgoing, type Stored } from "../../mixins/documents/collection.ts";
import type { WithStore } from "../../mixins/documents/documents.ts";
import { Conflict } from "../../mixins/documents/failures.ts";
import type { Turns } from "../../mixins/turns.ts";
import type { AccountRole } from "../accounts/account.contract.ts";
import { ownerOf } from "../accounts/accounts.contract.ts";
import { acted } from "../accounts/audit.contract.ts";
import { clock } from "../shared/clock.ts";
import type { Meta } from "../shared/contract.ts";
import { message, type Sender } from "../shared/message.ts";
import { isProblem } from "../shared/problem.ts";
import { KeyNotFound } from "./apikeys.contract.ts";

/** A key as it is kept. */
export interface KeyDocument extends Stored {
  account: string;
  name: string;
  prefix: string;
  /** Of its text, and, while a rotation overlaps, of the one before: the one in force first. */
  hashes: string[];
  overlapUntil?: string;
  roles: AccountRole[];
  actions: string[];
  expiresAt?: string;
  lastUsedAt?: string;
}
/** The actor, as far as those who do its work see it. */
export interface KeysService extends WithStore<KeyDocument> {
  broker: WithStore<KeyDocument>["broker"] & Sender;
  turns: Turns;
}

export const keys = collection<KeyDocument>({
  name: "apikeys",
  indexes: { account: {}, hashes: { unique: true }, expiresAt: { sorts: true } },
});
/** When a key was last used is written down at most so often. */
const noticeMs = 60_000;

export const hashOf = (text: string): string => hash("sha256", text, "base64url");

/** 256 bits behind a prefix by which scanners and people know it. */
export function newText(): { text: string; prefix: string } {
  const text = `bjk_${randomBytes(32).toString("base64url")}`;
  return { text, prefix: text.slice(0, 10) };
}

export const isLiving = (key: KeyDocument, hash: string, now: string): boolean =>
  (key.expiresAt ?? "9") > now && (key.hashes[0] === hash || (key.overlapUntil ?? "") > now);

/** The keys that have not ended. */
export async function all({ store }: KeysService, account: string): Promise<KeyDocument[]> {
  const found: KeyDocument[] = [];
  for await (const docs of store.each({ account })) found.push(...docs);
  return found.filter(({ expiresAt = "9" }) => expiresAt > clock.iso());
}

/** @throws KeyNotFound */
export async function mine(self: KeysService, id: string, meta: Meta): Promise<KeyDocument> {
  const { id: account } = ownerOf(meta, true);
  const key = (await all(self, account)).find((one) => one.id === id);
  if (!key) throw KeyNotFound();
  return key;
}

/** Ended, not removed: the write tells of it. */
export function ended({ store }: KeysService, key: KeyDocument, meta: Meta): Promise<KeyDocument> {
  const tell = [told(key, "revoked an API key", meta)];
  return store.replace({ ...key, hashes: [], expiresAt: clock.iso() }, { tell });
}

/** That it cannot be noted keeps nobody from using the key. */
export async function notice({ store, logger }: KeysService, key: KeyDocument): Promise<void> {
  if (clock.now() - Date.parse(key.lastUsedAt ?? "1970-01-01") < noticeMs) return;
  await store.replace({ ...key, lastUsedAt: clock.iso() }).catch((error) => {
    if (!isProblem(error, Conflict)) logger.warn("The use of a key could not be noted:", error);
  });
}

type Named = Pick<KeyDocument, "id" | "account" | "name" | "prefix" | "roles">;

export const told = (
  { id, account, name, prefix, roles }: Named,
  act: string,
  meta: Meta,
): Outgoing => ({
  channel: acted.name,
  message: message(acted, {
    account,
    act,
    at: clock.iso(),
    by: account,
    ...(meta.caller?.session ? { session: meta.caller.session } : {}),
    facts: { key: id, prefix, roles },
    personal: { name, ...(meta.from ? { address: meta.from.address } : {}) },
  }),
});

export const shown = (key: KeyDocument) => ({
  id: key.id,
  name: key.name,
  prefix: key.prefix,
  roles: key.roles,
  actions: key.actions,
  createdAt: key.createdAt,
  expiresAt: key.expiresAt ?? null,
  lastUsedAt: key.lastUsedAt ?? null,
  overlapUntil: key.overlapUntil ?? null,
});

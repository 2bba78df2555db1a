/** Accounts whose e-mail nobody has shown yet: what waits for that, and what is let go of with time. */
import type { Outgoing } from "../../mixins/documents/collection.ts";
import { letGo } from "../../mixins/sweeping.ts";
import { clock } from "../shared/clock.ts";
import type { Meta } from "../shared/contract.ts";
import { newId } from "../shared/ids.ts";
import { message } from "../shared/message.ts";
import * as rules from "./account.ts";
import { erased, registered } from "./accounts.contract.ts";
import * as kept from "./auth.store.ts";
import { shownToBe } from "./credentials.store.ts";
import type { Applicant } from "./enrolling.store.ts";

type AccountDocument = kept.AccountDocument;

/** Until when an account without a verified e-mail stays: no code that was mailed lives longer. */
function endOf({ createdAt, codes }: AccountDocument, pendingMs: number): string {
  const end = new Date(Date.parse(createdAt) + pendingMs).toISOString();
  return codes.reduce((last, { until }) => (until > last ? until : last), end);
}

/** An account without what is over by now, and when to look at it again. */
function tidied(account: AccountDocument, now: string, pendingMs: number) {
  const { tidyAt: _, begun, ...rest } = account;
  const codes = account.codes.filter(({ until }) => until > now);
  const isBegun = begun !== undefined && begun.until > now;
  const times = codes.map(({ until }) => until);
  if (account.status === "pending") times.push(endOf(account, pendingMs));
  const [tidyAt] = times.toSorted();
  return { ...rest, codes, ...(isBegun ? { begun } : {}), ...(tidyAt ? { tidyAt } : {}) };
}

/** Of an account that was never verified its id stays until that was told, and nothing else. */
function lapsed({ id, version, createdAt, updatedAt, outbox, ...account }: AccountDocument) {
  const stored = { version, createdAt, updatedAt, ...(outbox ? { outbox } : {}) };
  const next = { ...rules.erased({ ...account, id }), ...stored, tidyAt: clock.iso() };
  const gone = { channel: erased.name, message: message(erased, { id }) };
  const tell: Outgoing[] = [kept.told(next, "was never verified", {}, { by: "house" }), gone];
  return { next, tell };
}

/** Does what is due by now. @param pendingMs so long may an account wait for its e-mail */
export async function sweep({ store }: kept.AuthService, pendingMs: number): Promise<void> {
  const now = clock.iso();
  for await (const accounts of store.each({ tidyAt: { lte: now } })) {
    const over = accounts.filter(({ status }) => status === "erased");
    await letGo(
      store,
      over.filter(({ outbox = [] }) => outbox.length === 0),
    );
    for (const { id } of accounts.filter((account) => !over.includes(account))) {
      await kept.change(store, id, (account) => {
        if (account.status === "erased") return undefined;
        const isOver = account.status === "pending" && endOf(account, pendingMs) <= now;
        return isOver ? lapsed(account) : { next: tidied(account, now, pendingMs) };
      });
    }
  }
}

/** Leaves nothing of an account but its id. @returns how many there were */
export async function erase({ store }: kept.AuthService, id: string): Promise<number> {
  const after = await kept.change(store, id, (account) => {
    const { version, createdAt, updatedAt, outbox } = account;
    const stays = { version, createdAt, updatedAt, ...(outbox ? { outbox } : {}) };
    const next = { ...rules.erased(account), ...stays };
    return account.status === "erased" ? undefined : { next };
  });
  return after ? 1 : 0;
}

/** True where another credential waits for the e-mail, or one did before the last. */
export async function isRival(
  { hasher }: kept.AuthService,
  { codes }: rules.AccountBody,
  { identity, typed }: Applicant,
): Promise<true | undefined> {
  const last = codes.findLast(({ kind }) => kind === "verify");
  if (!last) return undefined;
  const isSame = identity
    ? last.identity === identity
    : typed !== undefined && (await hasher.verify(last.password, typed));
  return last.rival || !isSame ? true : undefined;
}

/** A trusted provider says whose e-mail it is: what others began with it without proof is void. */
export async function vouched(
  self: kept.AuthService,
  pending: kept.AccountDocument | undefined,
  { email, language, identity }: Required<Pick<Applicant, "email" | "language" | "identity">>,
  meta: Meta,
): Promise<kept.AccountDocument> {
  const base = pending ?? rules.newAccount(newId(), email, language);
  const next = { ...base, status: "active" as const, identities: [identity], codes: [] };
  const act = kept.told(next, "registered with a provider", meta, {
    by: next.id,
    facts: { provider: rules.providerOf(identity) },
    personal: { email },
  });
  const news = message(registered, { id: next.id, email, language });
  const first = pending ? [] : [{ channel: registered.name, message: news }];
  const tell = [...first, act, shownToBe(next)];
  return pending
    ? self.store.replace({ ...pending, ...next }, { tell })
    : self.store.insert(next, { tell });
}

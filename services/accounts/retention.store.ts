/** What accounts let go of with time: codes that are over, and accounts whose e-mail nobody verified. */
import type { Outgoing } from "../../mixins/documents/collection.ts";
import { letGo } from "../../mixins/sweeping.ts";
import { clock } from "../shared/clock.ts";
import { message } from "../shared/message.ts";
import * as rules from "./account.ts";
import { erased } from "./accounts.contract.ts";
import * as kept from "./auth.store.ts";

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

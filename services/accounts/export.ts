/** Exports of all that is held about a person, and its deletion: the rules. Pure. */
import type { z } from "zod";
import { type deletion, type Export, ExportNotFound, ExportNotReady } from "./export.contract.ts";
import { type Answer, body, type KeptExport, shown, type UserBody } from "./profile.ts";

/** Of the newest exports so many are kept. */
const mostExports = 3;

export const exportShown = ({ object, ...kept }: KeptExport): z.input<typeof Export> => ({
  ...kept,
  size: kept.size ?? null,
});

/** With a new export, unless one is running; older ones than the last three end now. */
export function exporting<U extends UserBody>(user: U, id: string, now: string, until: string): U {
  if (user.exports.some(({ status }) => status === "running")) return user;
  const before = user.exports.map((e, i, { length }) =>
    i + mostExports <= length && now < e.until ? { ...e, until: now } : e,
  );
  const open: KeptExport = { id, status: "running", requestedAt: now, until, silent: [] };
  return { ...user, exports: [...before, open] };
}

/** The file of an export. @throws ExportNotFound, ExportNotReady */
export function fileOf({ exports }: UserBody, id: string, now: string) {
  const found = exports.find((e) => e.id === id);
  if (!found || found.until <= now) throw ExportNotFound();
  const { status, object, requestedAt } = found;
  if (!object) throw ExportNotReady({ status });
  const name = `bijou-${requestedAt.slice(0, 10)}.json`;
  return { object, contentType: "application/json", name };
}

/** Everything that is kept of a person, but for hashes; null where nothing is. */
export const heldOf = (user: UserBody & { createdAt: string }) =>
  user.kind === "erased"
    ? null
    : { ...shown(user), since: user.createdAt, exports: user.exports.map(exportShown) };

export const leaving = <U extends UserBody>(user: U, requestedAt: string, due: string): U =>
  user.deletion ? user : { ...user, deletion: { requestedAt, due } };

/** Without the wish to be deleted. */
export function staying<U extends UserBody>(user: U): U {
  if (!user.deletion) return user;
  const { deletion, ...rest } = user;
  return rest as U;
}

/** Whether all is to go now: an account whose grace is over, a guest who came no more. */
export const isOver = ({ deletion, guest }: UserBody, now: string): boolean =>
  (deletion !== undefined && deletion.due <= now) ||
  (guest !== undefined && guest.account === undefined && guest.until <= now);

/** What is left of somebody. @param forgetAt when even that goes: of a guest nobody will ask */
export function erasedOf(
  user: UserBody,
  time: string,
  asked: string[],
  forgetAt: string,
): UserBody {
  const requestedAt = user.deletion?.requestedAt ?? time;
  const answers = [{ actor: "users", time, removed: 1 + user.exports.length }];
  const erasure = { requestedAt, time, asked, answers, ...(user.guest ? { forgetAt } : {}) };
  return { ...body(user.id, "erased"), erasure };
}

/** How far a deletion is; undefined where none was asked for. */
export function deletionOf(
  user: UserBody | undefined,
): z.input<typeof deletion.result> | undefined {
  if (!user) return undefined;
  const { id, erasure, deletion: wish } = user;
  if (!erasure) return wish && { id, state: "requested", ...wish, answers: [], waiting: [] };
  const answers = erasure.answers.map((answer) => ({ ...answer, kept: answer.kept ?? null }));
  const waiting = erasure.asked.filter((name) => !answers.some(({ actor }) => actor === name));
  const state = waiting.length > 0 ? "erasing" : "erased";
  return { id, state, requestedAt: erasure.requestedAt, due: erasure.time, answers, waiting };
}

/** With the answer of an actor; of each the first counts. */
export function answeredBy<U extends UserBody>(user: U, answer: Answer): U {
  const { erasure } = user;
  if (!erasure || erasure.answers.some(({ actor }) => actor === answer.actor)) return user;
  return { ...user, erasure: { ...erasure, answers: [...erasure.answers, answer] } };
}

/**
 * What must not compile: `npm run check` compiles this file, and an `@ts-expect-error` above a line
 * that is right fails it. Nothing here runs.
 */
import type { ServiceBroker } from "moleculer";
import { z } from "zod";
import { action, channel, event } from "../../services/shared/contract.ts";
import { message, send } from "../../services/shared/message.ts";
import { problem } from "../../services/shared/problem.ts";
import { call, tell, wiring } from "../../services/shared/wire.ts";

const Book = z.strictObject({ id: z.string(), pages: z.int() });
const get = action("books.get", z.strictObject({ id: z.string() }), Book, { summary: "One book." });
const opened = event("books.opened", z.strictObject({ id: z.string() }));
const changed = channel("books.changed.v1", z.strictObject({ id: z.string() }), ({ id }) => id);
const Gone = problem("BOOK_GONE", 410, { en: "Gone.", ru: "Нет." }, z.object({ id: z.string() }));
const Shut = problem("LIBRARY_SHUT", 503, { en: "Shut.", ru: "Закрыто." });

declare const broker: ServiceBroker;
declare const sender: { sendToChannel(name: string, message: object): Promise<void> };
const { serve, hear, follow } = wiring();

export async function right() {
  const book = await call(broker, get, { id: "1" });
  const pages: number = book.pages;
  await tell(broker, opened, { id: "1" });
  await send(sender, changed, { id: "1" });
  return [pages, message(changed, { id: "1" }), Gone({ id: "1" }), Shut()];
}
export const served = serve(get, async (ctx) => ({ id: ctx.params.id, pages: 1 }));
export const heard = hear(opened, "group", ({ id }) => void id.length);
export const followed = follow(changed, { group: "g" }, async ({ id }) => void id.length);

export async function wrong() {
  // @ts-expect-error a parameter is missing
  await call(broker, get, {});
  // @ts-expect-error a parameter has another type
  await call(broker, get, { id: 1 });
  // @ts-expect-error there is no such parameter
  await call(broker, get, { id: "1", shelf: 2 });
  // @ts-expect-error there is no such field in the result
  (await call(broker, get, { id: "1" })).title;
  // @ts-expect-error an event is not asked
  await call(broker, opened, { id: "1" });
  // @ts-expect-error a payload is wrong
  await tell(broker, opened, { id: 1 });
  // @ts-expect-error a payload has an unknown field
  await tell(broker, opened, { id: "1", page: 3 });
  // @ts-expect-error an action is not told
  await tell(broker, get, { id: "1" });
  // @ts-expect-error a message is wrong
  await send(sender, changed, { name: "1" });
  // @ts-expect-error a message has an unknown field
  message(changed, { id: "1", version: 2 });
  // @ts-expect-error a problem's facts are missing
  Gone();
  // @ts-expect-error a problem's facts are wrong
  Gone({ id: 1 });
}
// @ts-expect-error the handler answers without a field
export const short = serve(get, async (ctx) => ({ id: ctx.params.id }));
// @ts-expect-error the handler answers with a field of another type
export const other = serve(get, async (ctx) => ({ id: ctx.params.id, pages: "many" }));
// @ts-expect-error the handler answers nothing
export const nothing = serve(get, async () => undefined);
// @ts-expect-error there is no such parameter to read
export const unknownParameter = serve(get, async (ctx) => ({ id: ctx.params.isbn, pages: 1 }));
// @ts-expect-error the handler reads a field that the event does not have
export const unknownField = hear(opened, "group", ({ page }) => void page);
// @ts-expect-error a follower belongs to a group
export const groupless = follow(changed, {}, async () => undefined);
// @ts-expect-error an action has a summary
export const silent = action("books.shut", z.strictObject({}), z.strictObject({}), {});
// @ts-expect-error a problem speaks both languages
export const monoglot = problem("BOOK_TORN", 409, { en: "Torn." });

/** Bytes through a door: uploads into the objects' store, downloads out of it. Never the broker. */
import { bytesOf } from "../../mixins/http/bytes.ts";
import { fromQuery } from "../../mixins/http/coerce.ts";
import type { ObjectStore } from "../../mixins/objects/port.ts";
import { type FileRules, mostOf, storeForm } from "../../mixins/objects/receiving.ts";
import { type Served, serveObject } from "../../mixins/objects/serving.ts";
import { type Tickets, ticketPath } from "../../mixins/objects/tickets.ts";
import { isOutage } from "../../mixins/resilience/failure.ts";
import { newId } from "../shared/ids.ts";
import { check, ParamsInvalid } from "../shared/problem.ts";
import { ByTicket } from "./doors.contract.ts";
import type { Exchange } from "./exchange.ts";
import { admitBody, type BodyLimits } from "./exchange.ts";
import { BodyInvalid, MediaTypeRefused, storeRefused, TicketRefused } from "./refusals.ts";
import { type DoorRoute, paramsByFields, paramsByQuery } from "./routes.ts";
import type { Sender } from "./sender.ts";

export interface Transfers {
  readonly objects: ObjectStore;
  readonly limits: BodyLimits;
  /** By which addresses of objects are served; none are where it is absent. */
  readonly tickets?: Tickets | undefined;
}

interface Asked {
  readonly params: object;
  /** What tells this question from another, whatever its bytes are called in the store. */
  readonly same: unknown;
}
type Keep = (key: string) => void;
const formType = /^multipart\/form-data\b/i;

/** A body that is bytes. */
async function bytesInto(x: Exchange, transfers: Transfers, most: number, keep: Keep) {
  const { objects, limits } = transfers;
  admitBody(x, /^(?!application\/(?:json|x-www-form)|multipart\/)/i, "the bytes themselves", most);
  const object = `uploads/${newId()}`;
  keep(object);
  const { size, sha256 } = await objects.put(object, bytesOf(x.req, { most, silentMs: limits.ms }));
  return { object, size, sha256 };
}

async function formInto(x: Exchange, transfers: Transfers, rules: FileRules, keep: Keep) {
  const { objects, limits } = transfers;
  admitBody(x, formType, "a form (multipart/form-data)", mostOf(rules));
  return storeForm(x.req, objects, { rules, kept: keep, silentMs: limits.ms });
}

/** The parameters of a request whose body goes into the store. */
async function taken(
  x: Exchange,
  route: DoorRoute,
  transfers: Transfers,
  [given, query, keep]: [given: Record<string, string | undefined>, query: string, keep: Keep],
): Promise<Asked> {
  const { upload, form } = route.contract;
  if (form) {
    const { fields, files, same } = await formInto(x, transfers, form.files, keep);
    const params = paramsByFields(route, given, fields);
    return { params: { ...params, ...files }, same: [params, same] };
  }
  const params = paramsByQuery(route, given, query);
  const { field, maxBytes = 0 } = upload ?? {};
  if (!field || !formType.test(x.req.headers["content-type"] ?? "")) {
    const got = await bytesInto(x, transfers, maxBytes, keep);
    return { params: { ...params, ...got }, same: [params, got.size, got.sha256] };
  }
  const { fields, files } = await formInto(x, transfers, { [field]: { maxBytes } }, keep);
  const file = files[field];
  if (!file || !("object" in file))
    throw BodyInvalid({ reason: `the form has no file in the field ${field}` });
  const { contentType: _, name, ...got } = file;
  const all = { name, ...params, ...fromQuery(route.reading, fields) };
  return { params: { ...all, ...got }, same: [all, got.size, got.sha256] };
}

/**
 * Puts a body into the store and tells the actor of it. Nothing stays where either refuses.
 *
 * @param tell asks the actor with what was received
 * @throws BODY_TOO_LARGE, FORM_TOO_LARGE, BODY_INVALID, MEDIA_TYPE_REFUSED, STORAGE_REFUSED, and
 *   what the actor throws
 */
export async function receive<Told extends { again: boolean }>(
  x: Exchange,
  route: DoorRoute,
  transfers: Transfers,
  [given, query]: [given: Record<string, string | undefined>, query: string],
  tell: (params: object, same: unknown) => Promise<Told>,
): Promise<Told> {
  const keys: string[] = [];
  const drop = () =>
    Promise.all(keys.map((key) => transfers.objects.remove(key).catch(() => false)));
  try {
    const keep = (key: string) => keys.push(key);
    const asked = await taken(x, route, transfers, [given, query, keep]).catch(storeRefused());
    const answer = await tell(asked.params, asked.same);
    // The bytes are there from the first time.
    if (answer.again) await drop();
    return answer;
  } catch (error) {
    const dropped = drop();
    // Of a store that is away nobody waits to hear so twice; what stays there is swept.
    if (!isOutage(error)) await dropped;
    throw error;
  }
}

/**
 * Sends the object that an actor named, or the part of it that is asked for.
 *
 * @param path of whoever may name what is not there: else that is the house's fault
 */
export const sendObject = (
  x: Exchange,
  send: Sender,
  { objects }: Transfers,
  [served, path]: [served: Served, path?: string],
) => {
  const head = (status: number, type: string, more: string[]) =>
    send.head(x, status, send.base(type), more);
  return serveObject(x, objects, served, head).catch(storeRefused(path));
};

/**
 * Gives or takes the bytes of the object that a ticket names.
 *
 * @throws PARAMS_INVALID, TICKET_REFUSED, and for a body that is not what the ticket says
 */
export async function byTicket(x: Exchange, send: Sender, transfers: Transfers, params: object) {
  const { tickets, objects, limits } = transfers;
  const asked = check("ticket", ByTicket, params, ParamsInvalid);
  const ticket = tickets?.open(asked.ticket);
  const puts = x.req.method === "PUT";
  if (!ticket || (ticket.method === "PUT") !== puts) throw TicketRefused();
  const { key } = ticket;
  if (ticket.method === "GET") {
    return sendObject(x, send, transfers, [{ object: key, name: ticket.name }, ticketPath]);
  }
  const { size: exact, contentType } = ticket;
  const given = x.req.headers["content-type"] ?? "";
  if (given !== contentType) throw MediaTypeRefused({ given, wanted: contentType });
  admitBody(x, /^/, contentType, exact);
  const body = bytesOf(x.req, { most: exact, least: exact, silentMs: limits.ms });
  const { size, sha256 } = await objects.put(key, body, { contentType }).catch(storeRefused());
  send.plain(x, 200, send.base(send.json), [], JSON.stringify({ size, sha256 }));
}

/** What a socket may say, and what it is answered: by acknowledgement, with a result or a problem. */
import { newId } from "../../services/shared/ids.ts";
import { check, ParamsInvalid } from "../../services/shared/problem.ts";
import { places, readRoom } from "./allowed.ts";
import type { SocketHouse } from "./house.ts";
import { noting } from "./noting.ts";
import type { Answer, Wish } from "./protocol.ts";
import * as refusals from "./refusals.ts";
import { renewing } from "./renewing.ts";
import type { Visitor } from "./visitor.ts";

type Handler = (visitor: Visitor, given: readonly unknown[], id: string) => Promise<unknown>;

const { AskRefused, HearRefused, MessageRefused, RoomRefused, TooManyPlaces } = refusals;

const textOf = (given: unknown): string => {
  if (typeof given !== "string" || given.length > 200) throw MessageRefused();
  return given;
};

function wishOf(given: unknown): Wish {
  if (typeof given !== "object" || given === null) throw MessageRefused();
  const { event, room } = given as Record<string, unknown>;
  return { event: textOf(event), room: room === undefined ? undefined : textOf(room) };
}

function handlersOf(house: SocketHouse): ReadonlyMap<string, Handler> {
  const { settings, entrance, broker, allowed, limits } = house;

  const ask: Handler = async (visitor, [given, params], id) => {
    const name = textOf(given);
    const open = allowed.asked.get(name);
    if (!open) throw AskRefused({ name });
    const { caller, socket } = visitor;
    entrance.admit(caller, open.needs, open.contract);
    if (visitor.pending >= limits.atOnce) {
      throw TooManyPlaces({ what: "questions", most: limits.atOnce });
    }
    check(name, open.contract.params, params, ParamsInvalid);
    visitor.pending++;
    try {
      await entrance.count(socket.request, caller);
      return await entrance.ask(socket.request, open.contract, caller, params, id);
    } finally {
      visitor.pending--;
    }
  };

  const hear: Handler = async (visitor, [given]) => {
    const { event, room } = wishOf(given);
    const open = allowed.heard.get(event);
    if (!open) throw HearRefused({ name: event });
    entrance.admit(visitor.caller, open.needs, open.contract);
    const isOfRooms = open.contract.room !== undefined;
    if (isOfRooms !== (room !== undefined)) throw RoomRefused({ name: room ?? "" });
    if (room !== undefined && !visitor.rooms.has(room)) throw RoomRefused({ name: room });
    const isNew = !visitor.heard.has(places.heard(event, room));
    if (isNew && visitor.heard.size >= limits.heard) {
      throw TooManyPlaces({ what: "events", most: limits.heard });
    }
    await visitor.listen(event, room);
    return null;
  };

  const unhear: Handler = async (visitor, [given]) => {
    const { event, room } = wishOf(given);
    await visitor.ignore(places.heard(event, room));
    return null;
  };

  const join: Handler = async (visitor, [given]) => {
    const room = textOf(given);
    const read = readRoom(room);
    const mayJoin = read && Object.hasOwn(settings.rooms, read.kind) && settings.rooms[read.kind];
    if (!read || !mayJoin) throw RoomRefused({ name: room });
    if (visitor.rooms.has(room)) return { count: house.count(room) };
    if (visitor.rooms.size >= limits.rooms) {
      throw TooManyPlaces({ what: "rooms", most: limits.rooms });
    }
    visitor.rooms.add(room);
    try {
      await entrance.count(visitor.socket.request, visitor.caller);
      await mayJoin(read.id, visitor.caller, broker);
    } catch (error) {
      visitor.rooms.delete(room);
      throw error;
    }
    await visitor.enter(room);
    return { count: house.count(room) };
  };

  const leave: Handler = async (visitor, [given]) => {
    await visitor.exit(textOf(given));
    return null;
  };
  const renew = renewing(house);
  const authenticate: Handler = (visitor, [token]) => renew(visitor, token);
  return new Map(Object.entries({ ask, hear, unhear, join, leave, authenticate }));
}

/** Answers what visitors say. */
export function talkOf(house: SocketHouse): (visitor: Visitor) => void {
  const handlers = handlersOf(house);
  const { settings, logger } = house;
  return (visitor) => {
    const { socket } = visitor;
    socket.onAny((name: string, ...given: unknown[]) => {
      const done = given.pop();
      // Who wants no answer has asked nothing; it was counted all the same.
      if (typeof done !== "function") return;
      const id = newId();
      const answer = (value: Answer) => done(value);
      const handler = handlers.get(name);
      const asked = handler ? handler(visitor, given, id) : Promise.reject(MessageRefused());
      const note = name === "ask" ? noting(house, visitor, given[0], id) : () => undefined;
      asked.then(
        (result) => {
          note(200);
          answer({ ok: true, result: result ?? null });
        },
        (error) => {
          const languages = socket.request.headers["accept-language"];
          const body = settings.problem(error, id, languages);
          if (body.status === 500) logger.error("A question failed.", { requestID: id }, error);
          note(body.status, body.type);
          answer({ ok: false, problem: body });
        },
      );
    });
  };
}

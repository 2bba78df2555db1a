/** Whether a socket is let in: by the token in its handshake, or as a guest where contracts say. */
import type { IncomingMessage } from "node:http";
import { newId } from "../../services/shared/ids.ts";
import type { Entrance, SocketHouse } from "./house.ts";
import { refused } from "./noting.ts";
import type { ProblemBody } from "./protocol.ts";
import { TokenWanted } from "./refusals.ts";
import type { HouseSocket, Known } from "./visitor.ts";

type Next = (error?: Error & { data?: ProblemBody }) => void;

/** The token that was shown; undefined for none. @throws SOCKET_TOKEN_WANTED for what is none */
function tokenIn({ handshake }: HouseSocket, most: number): string | undefined {
  const token: unknown = handshake.auth.token ?? undefined;
  if (token === undefined) return undefined;
  if (typeof token !== "string" || token.length > most) throw TokenWanted();
  return token;
}

/** Who shows a token, or none; it counts as a question. @throws what the token deserves; too many */
export async function whoShows(
  entrance: Entrance,
  req: IncomingMessage,
  token: string | undefined,
): Promise<Known> {
  let known: Known;
  try {
    known = await entrance.recognise(req, token);
  } catch (error) {
    // Guessing tokens is asking too.
    await entrance.count(req, undefined);
    throw error;
  }
  await entrance.count(req, known.caller);
  return known;
}

async function recognised({ entrance, limits, allowed }: SocketHouse, socket: HouseSocket) {
  const known = await whoShows(entrance, socket.request, tokenIn(socket, limits.tokenBytes));
  if (known.anonymous && !allowed.guests) throw TokenWanted();
  return known;
}

/** A middleware of socket.io: who is refused is told the problem as `data` of the error. */
export async function admit(house: SocketHouse, socket: HouseSocket, next: Next): Promise<void> {
  try {
    socket.data = await recognised(house, socket);
    next();
  } catch (error) {
    const languages = socket.request.headers["accept-language"];
    const data = house.settings.problem(error, newId(), languages);
    if (data.status === 500) house.logger.error("A socket was not let in:", error);
    refused(house.settings, socket.request, data);
    next(Object.assign(new Error(data.detail), { data }));
  }
}

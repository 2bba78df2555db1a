/** A socket without our client's manners. */
import { io, type Socket } from "socket.io-client";
import { socketPath } from "../../mixins/sockets/protocol.ts";

export async function connectRaw(url: string, token?: string): Promise<Socket> {
  const socket = io(url, {
    ...{ path: socketPath, transports: ["websocket"], forceNew: true, reconnection: false },
    auth: token === undefined ? {} : { token },
  });
  await new Promise<void>((done, fail) => socket.on("connect", done).on("connect_error", fail));
  return socket;
}

/** Says anything and waits for the answer. */
export const sayRaw = (socket: Socket, ...words: unknown[]): Promise<unknown> => {
  const [name, ...rest] = words;
  return socket.timeout(5_000).emitWithAck(name as string, ...rest);
};

/** Resolves with what ended it: what the house said, then the code of the WebSocket. */
export const endOf = (socket: Socket) =>
  new Promise<{ reason: unknown; code: unknown }>((done) => {
    let reason: unknown;
    socket.on("ended", (given) => {
      reason = given;
    });
    socket.on("disconnect", (_, details) => {
      const context = (details as { context?: { code?: number } } | undefined)?.context;
      done({ reason, code: context?.code });
    });
  });

/** The sockets of one running door: opened on its server, closed before it. */
import type { Server as HttpServer } from "node:http";
import type { Service } from "moleculer";
import { Server } from "socket.io";
import { clock } from "../../services/shared/clock.ts";
import { newId } from "../../services/shared/ids.ts";
import { admit } from "./admission.ts";
import { allowedAt, places } from "./allowed.ts";
import { usualLimits } from "./bounds.ts";
import type { Cluster } from "./cluster.ts";
import { Gate } from "./gate.ts";
import type { HouseServer, SocketHouse, SocketsSettings } from "./house.ts";
import { came, left, refused } from "./noting.ts";
import { PresenceBoard } from "./presence-board.ts";
import { type Entry, socketPath } from "./protocol.ts";
import { Sessions } from "./sessions.ts";
import { talkOf } from "./talk.ts";
import { type HouseSocket, type Known, Visitor } from "./visitor.ts";
import { type Connection, Watch } from "./watch.ts";

/** A stop waits so long for answers that are being made, and for sockets to close. */
const finishMs = 3_000;
const closeMs = 1_000;

export class Hall {
  readonly house: SocketHouse;
  readonly sessions: Sessions;
  readonly #io: HouseServer;
  readonly #gate: Gate;
  readonly #board: PresenceBoard;
  readonly #cluster: Cluster | undefined;
  readonly #watches = new WeakMap<Connection, Watch>();
  readonly #visitors = new Set<Visitor>();

  constructor(settings: SocketsSettings, door: Service) {
    const { broker, logger } = door;
    const limits = { ...usualLimits, ...settings.limits };
    const { origins, addressOf } = settings;
    const problem = (error: unknown) => settings.problem(error, newId(), undefined);
    this.#gate = new Gate({
      ...{ origins, addressOf, perAddress: limits.perAddress, problem },
      refused: (req, body) => refused(settings, req, body),
    });
    this.#cluster = settings.cluster?.((error) => logger.warn("Sockets, between nodes:", error));
    this.#io = new Server({
      path: socketPath,
      transports: ["websocket"],
      serveClient: false,
      maxHttpBufferSize: limits.payloadBytes,
      connectTimeout: 10_000,
      ...(this.#cluster ? { adapter: this.#cluster.adapter } : {}),
    }) as HouseServer;
    this.#board = new PresenceBoard(this.#io, broker.nodeID, this.#cluster !== undefined);
    const allowed = allowedAt(settings.door, settings.actions, settings.events);
    const count = (room: string) => this.#board.count(room);
    const renew = (visitor: Visitor, known: Known) => {
      this.sessions.remove(visitor);
      visitor.renew(known);
      this.sessions.add(visitor);
    };
    const entrance = settings.entrance(door);
    this.house = { ...{ settings, entrance, broker, logger }, allowed, limits, count, renew };
    this.sessions = new Sessions({
      since: (cursor) => settings.revokedSince(broker, cursor),
      failed: (error) => logger.debug("Revocations cannot be asked for just now:", error),
      now: clock.now,
    });
  }

  /** How many sockets are open. */
  get size(): number {
    return this.#visitors.size;
  }

  open(server: HttpServer): void {
    const { settings } = this.house;
    this.#io.attach(this.#gate as unknown as HttpServer);
    this.#io.engine.on("connection", (conn: Connection) => {
      this.#watches.set(conn, new Watch(conn, this.house.limits, settings.observer?.passed));
    });
    this.#io.use((socket, next) => void admit(this.house, socket as HouseSocket, next));
    const talk = talkOf(this.house);
    this.#io.on("connection", (socket) => this.#welcome(socket as HouseSocket, talk));
    this.#board.start();
    this.sessions.start();
    this.#gate.attach(server);
  }

  /** Tells a room of this place's name on all nodes. */
  emitHeard(event: string, data: unknown, room: string | undefined): void {
    this.#io.to(places.heard(event, room)).emit("heard", event, data, room ?? null);
  }

  emitEntry(user: string, entry: Entry): void {
    this.#io.to(places.user(user)).emit("entry", entry);
  }

  /** In bounded time: answers that are being made are given, then every socket is ended. */
  async close(): Promise<void> {
    this.#gate.shut();
    this.sessions.stop();
    const until = Date.now() + finishMs;
    while (Date.now() < until && [...this.#visitors].some(({ pending }) => pending > 0)) {
      await new Promise((done) => setTimeout(done, 20));
    }
    this.#board.stop();
    for (const visitor of this.#visitors) visitor.end("stopping");
    await this.#gate.end(closeMs);
    await this.#io.close();
  }

  #welcome(socket: HouseSocket, talk: (visitor: Visitor) => void): void {
    const watch = this.#watches.get(socket.conn);
    // One socket a connection: a second would not be watched.
    if (!watch || this.#watches.delete(socket.conn) === false) return void socket.disconnect(true);
    const { settings } = this.house;
    const visitor = new Visitor(socket, socket.data as unknown as Known, watch, clock.now);
    this.#visitors.add(visitor);
    this.sessions.add(visitor);
    came(settings, visitor);
    socket.once("disconnect", () => {
      left(settings, visitor);
      this.#visitors.delete(visitor);
      this.sessions.remove(visitor);
      visitor.leave();
    });
    talk(visitor);
  }
}

/** What the sockets of a door stand on: settings, and what is made of them once. */
import type { IncomingMessage } from "node:http";
import type { Service, ServiceBroker } from "moleculer";
import type { DefaultEventsMap, Server } from "socket.io";
import type { z } from "zod";
import type { Action, Caller, Door, Event, Role } from "../../services/shared/contract.ts";
import type { Revocation } from "../tokens/revocations.ts";
import type { Allowed } from "./allowed.ts";
import type { SocketLimits } from "./bounds.ts";
import type { Cluster } from "./cluster.ts";
import type { Entry, ProblemBody, ToClient, ToServer } from "./protocol.ts";
import type { Known, Visitor } from "./visitor.ts";

/** Whether somebody may be in a room of a kind. @throws the problem why not */
export type MayJoin = (id: string, caller: Caller, broker: ServiceBroker) => Promise<void>;

/** How a door lets in and asks, over sockets as over HTTP. */
export interface Entrance {
  /** Who shows a token, or nobody in particular without one. @throws the problem of the token */
  recognise(req: IncomingMessage, token: string | undefined): Promise<Known>;
  /** Counts a question. @throws the problem of too many */
  count(req: IncomingMessage, caller: Caller | undefined): Promise<void>;
  /** @throws the problem of a role that is not enough */
  admit(caller: Caller, needs: Role, contract: Action | Event): void;
  /** Asks the actor. @param id of the question */
  ask(
    req: IncomingMessage,
    contract: Action,
    caller: Caller,
    params: unknown,
    id: string,
  ): Promise<unknown>;
}

/** What happened at a socket, in the words of HTTP where it has some. */
export interface SocketSeen {
  readonly event: "opened" | "refused" | "asked" | "ended";
  /** Of the socket, or of the question. */
  readonly id: string;
  /** The request that opened it. */
  readonly req: IncomingMessage;
  readonly caller?: Caller | undefined;
  readonly status: number;
  /** How long the question took, or the socket lasted. */
  readonly seconds: number;
  /** The name that was asked, where a contract has it. */
  readonly action?: string | undefined;
  /** Type of the problem, or why it ended. */
  readonly reason?: string | undefined;
}
export interface SocketsObserver {
  seen(one: SocketSeen): void;
  /** A message came in, or went out. */
  passed(direction: "in" | "out"): void;
}

export interface SocketsSettings {
  readonly door: Door;
  /** Of all of them those are open that say so. */
  readonly actions: readonly Action[];
  readonly events: readonly Event[];
  /** Origins whose pages may open sockets; `*` for all. */
  readonly origins: readonly string[];
  /** The rules of the door, which is the service that the mixin is in. */
  entrance(door: Service): Entrance;
  /** An error as RFC 9457 has it. */
  problem(error: unknown, instance: string, languages: string | undefined): ProblemBody;
  addressOf(req: IncomingMessage): string;
  /** By the kind in their names. */
  readonly rooms: Readonly<Record<string, MayJoin>>;
  /** Told when something was appended to somebody's stream. */
  readonly appended: Event<z.ZodType<{ user: string; entry: Entry }>>;
  /** Told when a session's tokens are refused from now on. */
  readonly revoked: Event<z.ZodType<Revocation>>;
  /** The same, asked for in case it was not heard. */
  revokedSince(
    broker: ServiceBroker,
    since: string | undefined,
  ): Promise<{ items: readonly Revocation[]; next: string }>;
  /** Opens what joins several nodes; absent where there is one. */
  readonly cluster?: ((failed: (error: unknown) => void) => Cluster) | undefined;
  readonly limits?: Partial<SocketLimits>;
  /** Told of what happens, for figures and the log. */
  readonly observer?: SocketsObserver | undefined;
}

export type HouseServer = Server<ToServer, ToClient, DefaultEventsMap>;

/** Of one running door. */
export interface SocketHouse {
  readonly settings: SocketsSettings;
  readonly entrance: Entrance;
  readonly broker: ServiceBroker;
  readonly logger: Service["logger"];
  readonly allowed: Allowed;
  readonly limits: SocketLimits;
  /** Sockets in a room, on all nodes as far as known. */
  count(room: string): number;
  /** A visitor has shown a newer token. */
  renew(visitor: Visitor, known: Known): void;
}

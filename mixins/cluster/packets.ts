/**
 * The guard at the transporter: no packet is larger than a shard of NATS carries with ease. A
 * question that is too long fails at once; an answer that is too long is told to whoever waits.
 */
import type { ServiceBroker } from "moleculer";
import { z } from "zod";
import { problem } from "../../services/shared/problem.ts";

export const mostPacketBytes = 512 * 1_024;

export const PacketTooLarge = problem(
  "PACKET_TOO_LARGE",
  507,
  {
    en: "{what} {name} would be {bytes} bytes on the wire, and {most} are the most. Ask for less at a time, or send bytes through the objects' store.",
    ru: "{what} {name}: {bytes} байт, допустимо {most}. Запрашивайте меньше за один раз.",
  },
  z.object({ what: z.string(), name: z.string(), bytes: z.int(), most: z.int() }),
);

/** Moleculer's, as far as it is needed here. */
export interface Packet {
  type: string;
  target?: string | null;
  payload: Payload;
}

interface Payload {
  id?: string;
  action?: string;
  event?: string;
  meta?: object;
  error?: { type?: string; message?: string; data?: { name?: string } } | null;
}
interface Transit {
  sendResponse(to: string, id: string, meta: object, headers: null, data: null, error: Error): void;
  pendingRequests: Map<string, { action: { name: string } }>;
}
type Send = (topic: string, data: Buffer, meta: { packet: Packet }) => Promise<void>;
type Handle = (cmd: string, packet: Packet) => Promise<unknown>;

const what: Record<string, string> = {
  REQ: "The question to",
  RES: "An answer to",
  EVENT: "The event",
  INFO: "What this node announces,",
};

const tooLarge = ({ type, target }: Packet, payload: Payload, bytes: number) =>
  PacketTooLarge({
    what: what[type] ?? type,
    name: payload.action ?? payload.event ?? String(target ?? "to all"),
    ...{ bytes, most: mostPacketBytes },
  });

/** Moleculer's middleware. */
export function packetGuard() {
  let transit: Transit;
  let warn = (_text: string): void => undefined;
  return {
    name: "PacketGuard",
    created(broker: ServiceBroker) {
      ({ transit } = broker as unknown as { transit: Transit });
      warn = (text) => broker.logger.error(text);
    },
    transporterSend(next: Send): Send {
      return (topic, data, meta) => {
        if (data.length <= mostPacketBytes) return next(topic, data, meta);
        const { packet } = meta;
        const { payload } = packet;
        const error = tooLarge(packet, payload, data.length);
        warn(error.message);
        if (packet.type !== "RES") return Promise.reject(error);
        const { id = "", meta: given = {} } = payload;
        transit.sendResponse(String(packet.target), id, given, null, null, error);
        return Promise.resolve();
      };
    },
    /** Only whoever asked knows what the answer was to. */
    transitMessageHandler(next: Handle): Handle {
      return (cmd, packet) => {
        const { id = "", error } = packet.payload;
        if (cmd === "RES" && error?.type === PacketTooLarge.type && error.data) {
          const asked = transit.pendingRequests.get(id)?.action.name;
          const { name = "" } = error.data;
          if (asked) {
            error.message = error.message?.replace(name, asked);
            error.data.name = asked;
          }
        }
        return next(cmd, packet);
      };
    },
  };
}

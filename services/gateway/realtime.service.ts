/**
 * Realtime: owns the streams of users. What actors want told is appended once for each message and
 * told to the doors at once; whoever was away asks for what came since. It never decides what
 * people are to be told.
 */
import type { ServiceBroker, ServiceSchema } from "moleculer";
import { streamKeeping } from "../../config/sockets.ts";
import { documents, type WithStore } from "../../mixins/documents/documents.ts";
import { type StreamDocument, Streams, streams } from "../../mixins/sockets/streams.ts";
import { sweeping } from "../../mixins/sweeping.ts";
import { answered, erased, joined } from "../accounts/accounts.contract.ts";
import { type Sender, send } from "../shared/message.ts";
import { tell, tells, wiring } from "../shared/wire.ts";
import * as realtime from "./realtime.contract.ts";

interface RealtimeService extends WithStore<StreamDocument> {
  broker: ServiceBroker & Sender;
  streams: Streams;
}

const sweepMs = 3_600_000;
const { serve, follow } = wiring<RealtimeService>();

export default {
  name: "realtime",
  mixins: [sweeping<RealtimeService>(sweepMs, (self) => self.streams.sweep()), documents(streams)],
  metadata: tells(realtime.appended),

  actions: {
    ...serve(realtime.stream, function ({ params, meta }) {
      const { caller } = meta;
      // The house's own token and guests without a name are nobody.
      if (!caller?.session) throw realtime.StreamOfNobody();
      return this.streams.since(caller.id, params.since, params.limit);
    }),

    ...serve(realtime.personal, async function ({ params: { id } }) {
      const told = (await this.streams.all(id)).map(({ type, time, data }) => ({
        ...{ type, time, data },
      }));
      return { actor: "realtime", data: told.length > 0 ? { told } : null };
    }),
  },

  channels: {
    // Twice is once: the entry has the id of the message. Ordered, so that a second delivery comes
    // before that entry could have been let go.
    ...follow(
      realtime.wanted,
      { group: "realtime", ordered: true, maxInFlight: 8 },
      async function ({ user, type, data }, { id, time }) {
        const entry = await this.streams.append(id, { user, type, time, data });
        await tell(this.broker, realtime.appended, { user, entry });
      },
    ),

    // Twice is once: what has moved has an id of its own there, and is gone here.
    ...follow(joined, { group: "realtime", ordered: true }, async function ({ guest, account }) {
      for (const { id, type, time, data } of await this.streams.all(guest)) {
        await this.streams.append(`${id}:joined`, { user: account, type, time, data });
      }
      await this.streams.remove(guest);
    }),

    // Twice is once: what is gone is gone.
    ...follow(erased, { group: "realtime" }, async function ({ id }, message) {
      const removed = await this.streams.remove(id);
      await send(this.broker, answered, { id, actor: "realtime", removed }, { because: message });
    }),
  },

  started(this: RealtimeService) {
    this.streams = new Streams(this.store, streamKeeping);
  },
} as unknown as ServiceSchema;

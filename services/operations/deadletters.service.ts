/**
 * Dead letters: shows the operator the messages that their readers gave up, and gives them back to
 * their group. They are owned and kept by the channels' adapter.
 */
import type { Service, ServiceSchema } from "moleculer";
import type { ChannelAdmin, DeadLetters } from "../../mixins/channels/port.ts";
import { wiring } from "../shared/wire.ts";
import { list, redrive } from "./deadletters.contract.ts";

const { serve } = wiring<Service>();

function kept({ broker }: Service): DeadLetters {
  const { channelAdapter } = broker as unknown as { channelAdapter?: ChannelAdmin };
  if (channelAdapter) return channelAdapter.deadletters;
  throw new Error("This node has no channels: add their middleware to moleculer.config.ts.");
}

const secret = /^(code|link|password|token|secret|challenge)$/;

/** A message without what opens somebody's account; the one that is given back is whole. */
const veiled = (message: unknown): unknown =>
  JSON.parse(JSON.stringify(message), (name, value) => (secret.test(name) ? "••••••••" : value));

export default {
  name: "deadletters",

  actions: {
    ...serve(list, async function ({ params: { channel, group, limit, cursor } }) {
      const found = await kept(this).list({ channel, group, after: cursor, limit: limit + 1 });
      const items = found.slice(0, limit).map(({ error: { name, message, type }, ...letter }) => ({
        ...letter,
        message: veiled(letter.message),
        error: { name, message, type: type ?? null },
      }));
      return { items, next: found.length > limit ? (items.at(-1)?.id ?? null) : null };
    }),

    ...serve(redrive, async function ({ params: { ids, channel, group } }) {
      const redriven = await kept(this).redrive(ids ? { ids } : { channel, group });
      return { redriven };
    }),
  },
} satisfies ServiceSchema;

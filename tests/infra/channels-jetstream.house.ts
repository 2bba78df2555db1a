/** A house over JetStream: nodes in this process whose streams have a prefix of their own. */
import { connect } from "nats";
import { JetStreamAdapter } from "../../mixins/channels/jetstream/adapter.ts";
import type { JetStreamOptions } from "../../mixins/channels/jetstream/options.ts";
import { connectForEver } from "../../mixins/cluster/nats-connect.ts";
import { natsOptions } from "../../mixins/cluster/nats-options.ts";
import { newId } from "../../services/shared/ids.ts";
import { contractSettings } from "../channels/kit.ts";
import { type EngineHouse, houseOver } from "../channels/nodes.ts";
import { urlOf } from "./engine-urls.ts";

/** The server under test. */
export const natsUrl = (): string => urlOf("NATS_URL", "NATS with JetStream").href;

export const adapterFor = (
  url: string,
  space: string,
  options: Partial<JetStreamOptions> = {},
): JetStreamAdapter =>
  new JetStreamAdapter({
    connect: (patience) => connectForEver(natsOptions({ servers: [url] }, "tests"), patience),
    space,
    prefix: "",
    ...contractSettings,
    ...options,
  });

export interface JetStreamHouse extends EngineHouse<JetStreamAdapter, JetStreamOptions> {
  readonly space: string;
}

/** Removes all streams that begin so. */
export const removeStreams = async (url: string, space: string): Promise<void> => {
  const nc = await connect(natsOptions({ servers: [url] }, "tests"));
  const jsm = await nc.jetstreamManager();
  for await (const name of jsm.streams.names()) {
    if (name.startsWith(`${space}_`)) await jsm.streams.delete(name);
  }
  await nc.close();
};

export const makeJetStreamHouse = async (
  url = natsUrl(),
  more: Partial<JetStreamOptions> = {},
): Promise<JetStreamHouse> => {
  const space = `test-${newId()}`;
  const house = houseOver<JetStreamAdapter, JetStreamOptions>({
    adapter: (options) => adapterFor(url, space, { ...more, ...options }),
    settings: (settings) => settings,
    remove: () => removeStreams(url, space),
  });
  return { ...house, space };
};

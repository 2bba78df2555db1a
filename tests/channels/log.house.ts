/** A house over our log: nodes in this process that share one file in a folder of their own. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { LogAdapter } from "../../mixins/channels/log/adapter.ts";
import type { LogAdapterOptions } from "../../mixins/channels/log/options.ts";
import { defaultRetention } from "../../mixins/channels/log/retention.ts";
import { contractSettings } from "./kit.ts";
import { type EngineHouse, houseOver } from "./nodes.ts";

export interface LogHouse extends EngineHouse<LogAdapter, LogAdapterOptions> {
  readonly path: string;
}

export const makeLogHouse = async (): Promise<LogHouse> => {
  const folder = await mkdtemp(join(tmpdir(), "bijou-channels-"));
  const path = join(folder, "channels.sqlite");
  const house = houseOver<LogAdapter, LogAdapterOptions>({
    adapter: (options) => new LogAdapter({ path, ...contractSettings, ...options }),
    settings: (settings) => ({ retention: { ...defaultRetention, ...settings } }),
    remove: () => rm(folder, { recursive: true, force: true }),
  });
  return { ...house, path };
};

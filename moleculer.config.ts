/** What every node has: composition only. The choices are made in config/, the actors in services/. */
import type { BrokerOptions, ServiceBroker } from "moleculer";
import { banner } from "./config/banner.ts";
import { responses } from "./config/cache.ts";
import { channelsMiddleware } from "./config/channels.ts";
import { holdDataFolder } from "./config/data-folder.ts";
import { doorsFirst } from "./config/doors-first.ts";
import { keptHere } from "./config/embedded.ts";
import { env } from "./config/env.ts";
import { logging } from "./config/logging.ts";
import { migrating } from "./config/migrations.ts";
import { closeAccessLog, metrics, openNodePort } from "./config/observing.ts";
import { closeRedis } from "./config/redis.ts";
import { breakers, resilienceSettings } from "./config/resilience.ts";
import { wired } from "./config/transport.ts";
import type { ChannelAdmin } from "./mixins/channels/port.ts";
import { household } from "./mixins/cluster/household.ts";
import { packetGuard } from "./mixins/cluster/packets.ts";
import { choosing, registerStrategies } from "./mixins/cluster/strategies.ts";
import { clearing } from "./mixins/resilience/clearing.ts";
import { resilience } from "./mixins/resilience/middleware.ts";
import { actions, channels } from "./services/contracts.ts";
import { wrote } from "./services/gateway/doors.contract.ts";
import { migrations } from "./services/migrations.ts";
import { clock } from "./services/shared/clock.ts";
import { checkResults, tell } from "./services/shared/wire.ts";

const release = hold();
checkResults(env.house.NODE_ENV === "test");
registerStrategies();

function hold(): () => void {
  try {
    return holdDataFolder(env.house.DATA_DIR);
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : error}\n`);
    process.exit(78);
  }
}

/** Nothing of this node can be kept together with another's. */
function leave(text: string): never {
  process.stderr.write(`${text}\n`);
  process.exit(78);
}

/** First, so that it is let go of last. */
const dataFolder = { name: "DataFolder", stopped: release };

/** What is counted on this node, and written when it stops. */
const observing = {
  name: "Observing",
  created(broker: ServiceBroker) {
    const channels = async () => {
      const { channelAdapter } = broker as unknown as { channelAdapter?: ChannelAdmin };
      return channelAdapter ? channelAdapter.stats() : [];
    };
    metrics.watch({ breakers, responses, channels });
  },
  async stopped() {
    closeRedis();
    await closeAccessLog();
  },
};

/** Doors forget what was made of an actor that has written. */
const forgetting = clearing((broker, actor) => {
  void tell({ emit: broker.broadcast.bind(broker) }, wrote, { actor });
});

const port = openNodePort();

/** Last, when everything is open. */
const greeting = {
  name: "Greeting",
  stays: undefined as NodeJS.Timeout | undefined,
  started(broker: ServiceBroker) {
    const { services } = broker as unknown as { services: { name: string; door?: string }[] };
    const doors = services.flatMap(({ name, door }) => (door ? [{ name, url: door }] : []));
    const names = services.map(({ name }) => name).filter((name) => !name.startsWith("$"));
    process.stdout.write(banner(doors, names, env.house.DATA_DIR, port.url).join("\n"));
    // A node without a door has nothing else that keeps it running.
    greeting.stays = setInterval(() => undefined, 60_000);
  },
  stopped: () => clearInterval(greeting.stays),
};

export default {
  namespace: env.house.NAMESPACE,
  ...(env.house.NODE_ID ? { nodeID: env.house.NODE_ID } : {}),
  logger: logging,
  ...wired,
  requestTimeout: env.house.REQUEST_TIMEOUT_MS,
  registry: { ...choosing, stopDelay: env.doors.STOP_DELAY_MS },
  // Shapes are checked by the contracts; Moleculer's own validator has nothing to do.
  validator: false,
  middlewares: [
    dataFolder,
    observing,
    port,
    migrating(migrations),
    packetGuard(),
    household({ kept: keptHere, leave, now: clock.now }),
    resilience({ ...resilienceSettings, contracts: actions }),
    channelsMiddleware(channels.map(({ name }) => name)),
    forgetting,
    doorsFirst(),
    greeting,
  ],
} as unknown as BrokerOptions;

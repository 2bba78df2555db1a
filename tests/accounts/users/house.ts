/** A small house for the tests of people: the actors, the channels, a folder of its own. */
import { randomUUID } from "node:crypto";
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Loggers, ServiceBroker, type ServiceSchema } from "moleculer";
import type { z } from "zod";
import type { LogAdapter } from "../../../mixins/channels/log/adapter.ts";
import type { Action, Channel, Meta, Role } from "../../../services/shared/contract.ts";

export const dataDir = await mkdtemp(join(tmpdir(), "bijou-users-"));
process.env.DATA_DIR = dataDir;

const { channelsMiddleware } = await import("../../../config/channels.ts");
const { call } = await import("../../../services/shared/wire.ts");
const { send } = await import("../../../services/shared/message.ts");
const wire = await import("../../../services/shared/wire.ts");
const users = (await import("../../../services/accounts/users.service.ts")).default;
const mail = (await import("../../../services/accounts/mail.service.ts")).default;

wire.checkResults(true);

/** Everything that was logged. */
export const logged: string[] = [];

class Memory extends Loggers.Base<Record<string, never>> {
  override getLogHandler(bindings: { mod: string } | null) {
    return (type: string, args: unknown[]) => {
      logged.push(`${type} ${bindings?.mod} ${args.map((a) => JSON.stringify(a)).join(" ")}`);
    };
  }
}

export interface House {
  broker: ServiceBroker & { channelAdapter: LogAdapter };
  /** As the caller, through the public door. */
  as(
    id: string,
    role?: Role,
  ): <P extends z.ZodType, R extends z.ZodType>(
    contract: Action<P, R>,
    params: z.input<P>,
    languages?: string[],
  ) => Promise<z.output<R>>;
  ask: <P extends z.ZodType, R extends z.ZodType>(
    contract: Action<P, R>,
    params: z.input<P>,
  ) => Promise<z.output<R>>;
  tell<D extends z.ZodType>(contract: Channel<D>, data: z.input<D>): Promise<void>;
  stop(): Promise<void>;
}

export async function openHouse(...more: ServiceSchema[]): Promise<House> {
  const broker = new ServiceBroker({
    nodeID: randomUUID(),
    logger: new Memory() as never,
    logLevel: "debug",
    middlewares: [channelsMiddleware()],
  } as never) as House["broker"];
  for (const schema of [users, mail, ...more]) broker.createService(schema);
  await broker.start();
  return {
    broker,
    as:
      (id, role = "viewer") =>
      (contract, params, languages) => {
        const meta: Meta = { caller: { id, role, door: "public" } };
        return call(broker, contract, params, { meta: languages ? { ...meta, languages } : meta });
      },
    ask: (contract, params) => call(broker, contract, params),
    tell: (contract, data) => send(broker as never, contract, data),
    stop: () => broker.stop(),
  };
}

export const tidyUp = () => rm(dataDir, { recursive: true, force: true });

/** The files under the folder whose bytes hold a word. */
export async function filesWith(word: string): Promise<string[]> {
  const all = await readdir(dataDir, { recursive: true, withFileTypes: true });
  const found: string[] = [];
  for (const file of all.filter((entry) => entry.isFile())) {
    const path = join(file.parentPath, file.name);
    // A file that goes meanwhile holds nothing any more.
    const bytes = await readFile(path).catch(() => Buffer.of());
    if (bytes.includes(word) || path.includes(word)) found.push(path);
  }
  return found.map((path) => path.slice(dataDir.length + 1)).toSorted();
}

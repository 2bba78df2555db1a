/**
 * A node with Moleculer's REPL: the whole house when nothing is configured; where there is a
 * transport, an empty node of the cluster, from which the others are asked.
 */
import type { BrokerOptions, ServiceBroker } from "moleculer";
import { find } from "../services/catalog/search.contract.ts";
import { actions } from "../services/contracts.ts";
import { list } from "../services/imports/imports.contract.ts";
import { call, describe } from "../services/shared/wire.ts";
import { emptyNode, isCluster, wholeHouse } from "./house.ts";
import { foundText } from "./text/film.ts";
import { importTable } from "./text/import.ts";

type ReplOptions = NonNullable<BrokerOptions["replOptions"]>;

interface Given {
  rawCommand: string;
}

const plain = (_style: unknown, text: string): string => text;
const say = (text: string): void => {
  process.stdout.write(`${text}\n`);
};

/** What stands behind the command's name. */
const rest = ({ rawCommand }: Given): string => rawCommand.split(/\s+/).slice(1).join(" ");

/** A problem is an answer, not a stack. */
const safely =
  (run: (broker: ServiceBroker, asked: string) => Promise<void> | void) =>
  async (broker: ServiceBroker, given: Given): Promise<void> => {
    try {
      await run(broker, rest(given));
    } catch (error) {
      say(`error: ${error instanceof Error ? error.message : String(error)}`);
    }
  };

function contracts(name: string): string {
  if (name === "") return actions.map((a) => `${a.name.padEnd(24)} ${a.summary}`).join("\n");
  const contract = actions.find((action) => action.name === name);
  return contract
    ? JSON.stringify(describe(contract), null, 2)
    : `There is no contract ${name}. See: contracts`;
}

const customCommands = [
  {
    command: "films [words...]",
    description: "Search films: films the matrix",
    action: safely(async (broker, q) => say(foundText(await call(broker, find, { q }), plain))),
  },
  {
    command: "imports",
    description: "The imports, the newest first",
    action: safely(async (broker) => {
      const { items } = await call(broker, list, {});
      say(importTable(items, plain));
    }),
  },
  {
    command: "contracts [name]",
    description: "What one may ask; with a name its JSON Schema",
    action: safely((_, name) => say(contracts(name))),
  },
];

const replOptions = { delimiter: "bijou $", customCommands } as unknown as ReplOptions;
const broker = isCluster
  ? emptyNode({ replOptions, nodeID: `repl-${process.pid}` })
  : await wholeHouse({ replOptions });
await broker.start();
broker.repl();

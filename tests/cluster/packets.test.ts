/** What a node announces of itself, and what else is long, on the wire. */
import { ServiceBroker, type ServiceSchema } from "moleculer";
import { mostPacketBytes } from "../../mixins/cluster/packets.ts";
import { announced, HouseSerializer, mostInflatedBytes } from "../../mixins/cluster/serializer.ts";
import { actions, channels } from "../../services/contracts.ts";
import { describe as described, tells, wiring } from "../../services/shared/wire.ts";

const serializer = new HouseSerializer();
const { serve } = wiring();

/** Every action of the house so many times, as one node that runs them all announces them. */
async function announcement(times: number) {
  const broker = new ServiceBroker({ logger: false, nodeID: "all" });
  const byActor = Map.groupBy(actions, ({ name }) => name.split(".")[0] ?? "");
  for (let n = 0; n < times; n++) {
    for (const [name, contracts] of byActor) {
      // Moleculer leaves out what it meets a second time.
      const made = contracts.map((one) => {
        const [[verb, schema] = ["", {}]] = Object.entries(serve(one, () => ({}) as never));
        return { [verb]: { ...schema, contract: structuredClone(described(one)) } };
      });
      broker.createService({
        name: `${name}${n || ""}`,
        metadata: tells(...channels),
        actions: Object.assign({}, ...made),
      } as ServiceSchema);
    }
  }
  await broker.start();
  const { registry } = broker as unknown as {
    registry: { regenerateLocalRawInfo(more: boolean): Record<string, unknown> };
  };
  const info = registry.regenerateLocalRawInfo(true);
  await broker.stop();
  return info;
}

test("a node with ten times as many actions as there are announces them in one packet", async () => {
  const info = await announcement(10);

  const bytes = serializer.serialize(info, "INFO");

  expect(JSON.stringify(info).length).toBeGreaterThan(mostPacketBytes);
  expect(bytes.length).toBeLessThan(mostPacketBytes / 2);
});

test("the schemas stay with their owner; what operators are shown goes with the announcement", async () => {
  const info = announced(await announcement(1)) as { services?: { actions: object }[] };
  const all = Object.assign({}, ...(info.services ?? []).map((one) => one.actions));

  expect(JSON.stringify(all)).not.toContain("$schema");
  expect(all["films.get"].contract).toMatchObject({
    name: "films.get",
    summary: expect.any(String),
    opens: { public: "guest" },
  });
  expect(described(actions[0] as never)).toHaveProperty("params.$schema");
});

test.each([
  ["short", { text: "a film" }],
  ["long", { text: "Кочегар Соляриса, a film. ".repeat(50_000) }],
])("what is %s arrives as it was sent", (_, payload) => {
  expect(serializer.deserialize(serializer.serialize(payload, "REQ"))).toEqual(payload);
});

test("what would grow without bound is not taken in", () => {
  const bomb = serializer.serialize({ text: " ".repeat(mostInflatedBytes) }, "REQ");

  expect(bomb.length).toBeLessThan(mostPacketBytes);
  expect(() => serializer.deserialize(bomb)).toThrow();
});

/** What the operator's actors answer, asked through the operator's door. */
import { randomUUID } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import channels from "@moleculer/channels";
import { ServiceBroker, type ServiceSchema } from "moleculer";
import { z } from "zod";
import { LogAdapter } from "../../mixins/channels/log/adapter.ts";
import * as imports from "../../services/imports/imports.contract.ts";
import deadletters from "../../services/operations/deadletters.service.ts";
import registry from "../../services/operations/registry.service.ts";
import { channel } from "../../services/shared/contract.ts";
import { send } from "../../services/shared/message.ts";
import { wiring } from "../../services/shared/wire.ts";
import { actors, filmId } from "./actors.ts";
import { type Answered, askAt, bearer, closeHouses, objectsIn, openHouse } from "./house.ts";

const folders: string[] = [];
afterAll(async () => {
  await closeHouses();
  for (const folder of folders) await rm(folder, { recursive: true });
});

const happened = channel(
  "tests.happened.v1",
  z.strictObject({ n: z.int(), code: z.string().optional() }),
  ({ n }) => String(n),
);
const { serve, follow } = wiring();

interface Items {
  items: Record<string, unknown>[];
  next: string | null;
}
const listOf = ({ json }: Answered) => json as unknown as Items;

async function houseWithChannels(handle: () => void) {
  const folder = await mkdtemp(join(tmpdir(), "bijou-operations-"));
  folders.push(folder);
  const adapter = new LogAdapter({ path: join(folder, "channels.sqlite") });
  const broker = new ServiceBroker({
    nodeID: randomUUID(),
    logger: false,
    middlewares: [channels.Middleware({ adapter } as never)],
  });
  const reader = {
    name: "reader",
    channels: follow(happened, { group: "readers" }, async () => handle()),
  } as unknown as ServiceSchema;
  const services = [reader, deadletters as unknown as ServiceSchema];
  return openHouse({ broker, services, door: "admin" });
}

describe("dead letters", () => {
  it("are listed page by page and given back to their group", async () => {
    let broken = true;
    let handled = 0;
    const { broker, server } = await houseWithChannels(() => {
      if (broken) throw Object.assign(new Error("It broke."), { permanent: true });
      handled++;
    });
    const ask = askAt(server);
    for (const n of [1, 2, 3]) await send(broker as never, happened, { n, code: "opens-sesame" });
    const all = async () => listOf(await ask("/v1/deadletters", { headers: bearer })).items;
    while ((await all()).length < 3) await new Promise((resolve) => setTimeout(resolve, 20));

    const first = listOf(await ask("/v1/deadletters?limit=2", { headers: bearer }));
    const path = `/v1/deadletters?limit=2&cursor=${first.next}`;
    const second = listOf(await ask(path, { headers: bearer }));
    expect(JSON.stringify([first, second])).not.toContain("opens-sesame");
    broken = false;
    const redriven = await ask("/v1/deadletters/redrive", {
      method: "POST",
      headers: { ...bearer, "content-type": "application/json" },
      body: JSON.stringify({ channel: happened.name }),
    });
    while (handled < 3) await new Promise((resolve) => setTimeout(resolve, 20));

    expect(first.items).toHaveLength(2);
    expect(first.items[0]).toMatchObject({
      channel: "tests.happened.v1",
      group: "readers",
      error: { message: "It broke." },
    });
    expect(second).toMatchObject({ items: [expect.anything()], next: null });
    expect(redriven).toMatchObject({ status: 200, json: { redriven: 3 } });
    expect(await all()).toEqual([]);
  });
});

describe("the registry", () => {
  it("shows the nodes and what may be asked, without settings", async () => {
    const services = [...actors().services, registry as unknown as ServiceSchema];
    const { server, broker } = await openHouse({ services, door: "admin" });
    const ask = askAt(server);

    const nodes = await ask("/v1/nodes", { headers: bearer });
    const listed = await ask("/v1/services", { headers: bearer });

    expect(listOf(nodes).items).toMatchObject([
      { id: broker.nodeID, available: true, local: true, uptimeSeconds: expect.any(Number) },
    ]);
    const films = listOf(listed).items.find(({ name }) => name === "films");
    expect(films?.actions).toEqual(
      expect.arrayContaining([
        { name: "films.get", summary: "One film.", callable: true },
        { name: "films.many", summary: expect.any(String), callable: false },
      ]),
    );
    expect(listed.text).not.toMatch(/settings|\$node/);
  });
});

describe("a download", () => {
  const named = (object: string): ServiceSchema => ({
    name: "imports",
    actions: serve(imports.rejects, () => ({
      object,
      contentType: "application/x-ndjson",
      name: "отказ.ndjson",
    })),
  });

  it("is the object that the actor names, with its name and size", async () => {
    const objects = await objectsIn();
    const bytes = Buffer.from('{"line":1}\n'.repeat(10_000));
    await objects.put("reports/one", Readable.from([bytes]));
    const { server } = await openHouse({
      services: [named("reports/one")],
      door: "admin",
      objects,
    });
    const ask = askAt(server);

    const got = await ask(`/v1/imports/${filmId}/rejects`, { headers: bearer });
    const head = await ask(`/v1/imports/${filmId}/rejects`, { method: "HEAD", headers: bearer });

    expect(got.bytes.equals(bytes)).toBe(true);
    for (const { status, headers } of [got, head]) {
      expect(status).toBe(200);
      expect(headers).toMatchObject({
        "content-type": "application/x-ndjson",
        "content-length": String(bytes.length),
        "cache-control": "no-store",
      });
      expect(headers["content-disposition"]).toContain("filename*=UTF-8''%D0%BE");
    }
  });

  it("of an object that is gone is 500, and tells nothing of the store", async () => {
    const { server } = await openHouse({ services: [named("reports/none")], door: "admin" });

    const { status, text } = await askAt(server)(`/v1/imports/${filmId}/rejects`, {
      headers: bearer,
    });

    expect(status).toBe(500);
    expect(text).not.toContain("reports/none");
  });
});

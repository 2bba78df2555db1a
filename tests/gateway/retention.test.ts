/** Idempotency keys are remembered for as long as the configuration says, and then forgotten. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ServiceBroker, type ServiceSchema } from "moleculer";
import { clock } from "../../services/shared/clock.ts";
import { newId } from "../../services/shared/ids.ts";
import { call } from "../../services/shared/wire.ts";

const folder = mkdtempSync(join(tmpdir(), "bijou-keys-"));
process.env.DATA_DIR = folder;
process.env.IDEMPOTENCY_HOURS = "2";
const { default: service } = await import("../../services/operations/answers.service.ts");
const { claim, keep } = await import("../../services/operations/answers.contract.ts");

const broker = new ServiceBroker({ nodeID: newId(), logger: false, validator: false });
const actor = broker.createService(service as ServiceSchema) as unknown as {
  sweep(): Promise<void>;
  store: { find(query: object): Promise<{ items: { id: string }[] }> };
};
beforeAll(() => broker.start());
afterEach(() => clock.set());
afterAll(async () => {
  await broker.stop();
  rmSync(folder, { recursive: true });
});

const minute = 60_000;
const later = (minutes: number) => clock.set(() => Date.now() + minutes * minute);
const ids = async () => (await actor.store.find({ limit: 10 })).items.map(({ id }) => id);

it("an answer is given again within its hours, and lies nowhere after them", async () => {
  const asked = { id: newId(), fingerprint: "the same" };
  const answer = { status: 201, text: "{}" };
  await call(broker, claim, asked);
  await call(broker, keep, { id: asked.id, answer });

  later(119);
  await actor.sweep();
  expect(await call(broker, claim, asked)).toEqual({ state: "done", answer });
  later(121);
  expect(await ids()).toEqual([asked.id]);
  await actor.sweep();

  expect(await ids()).toEqual([]);
  expect(await call(broker, claim, asked)).toEqual({ state: "mine" });
});

it("a key whose request never ended can be taken again soon, and is forgotten", async () => {
  const asked = { id: newId(), fingerprint: "lost" };
  await call(broker, claim, asked);
  expect(await call(broker, claim, asked)).toEqual({ state: "running" });

  later(3);
  await actor.sweep();

  expect(await ids()).not.toContain(asked.id);
  expect(await call(broker, claim, asked)).toEqual({ state: "mine" });
});

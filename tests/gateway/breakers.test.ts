/** Breakers as the operator sees and closes them. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { ServiceSchema } from "moleculer";
import { askAt, bearer, closeHouses, openHouse } from "./house.ts";

const folder = mkdtempSync(join(tmpdir(), "bijou-breakers-"));
process.env.DATA_DIR = folder;
const { default: service } = await import("../../services/operations/breakers.service.ts");
const { breakers } = await import("../../config/resilience.ts");
afterAll(async () => {
  await closeHouses();
  rmSync(folder, { recursive: true });
});

it("are listed with what they have seen, and closed by hand", async () => {
  const services = [service as unknown as ServiceSchema];
  const { broker, server } = await openHouse({ services, door: "admin" });
  const ask = askAt(server);
  const fails = () => Promise.reject(new Error("connection refused"));
  for (let i = 0; i < 5; i++) {
    await breakers
      .of("smtp")
      .run(fails)
      .catch(() => {});
  }
  const state = async () => (await ask("/v1/breakers", { headers: bearer })).json.items;
  const reset = (body: object) =>
    ask("/v1/breakers/reset", {
      method: "POST",
      headers: { ...bearer, "content-type": "application/json" },
      body: JSON.stringify(body),
    });

  expect(await state()).toEqual([
    {
      ...{ node: broker.nodeID, target: "smtp", state: "open", asked: 5, failed: 5 },
      openedAt: expect.stringMatching(/Z$/),
    },
  ]);
  expect((await reset({ target: "other" })).json).toEqual({ closed: 0 });
  expect((await reset({ target: "smtp" })).json).toEqual({ closed: 1 });
  expect(await state()).toEqual([]);
  await expect(breakers.of("smtp").run(async () => "sent")).resolves.toBe("sent");
  expect((await ask("/v1/breakers")).status).toBe(401);
});

/** Bodies and answers that are no JSON: signed webhooks, and parts of downloads. */
import { createHmac } from "node:crypto";
import { Readable } from "node:stream";
import type { ServiceSchema } from "moleculer";
import { z } from "zod";
import * as imports from "../../services/imports/imports.contract.ts";
import { action } from "../../services/shared/contract.ts";
import { wiring } from "../../services/shared/wire.ts";
import { filmId } from "./actors.ts";
import { askAt, bearer, closeHouses, objectsIn, openHouse } from "./house.ts";

afterAll(closeHouses);
const { serve } = wiring();

const paid = action(
  "payments.paid",
  z.strictObject({
    provider: z.string(),
    body: z.base64(),
    headers: z.record(z.string(), z.string()),
  }),
  z.strictObject({ valid: z.boolean() }),
  {
    summary: "A provider tells of a payment.",
    route: "POST /v1/payments/{provider}/webhook",
    opens: { public: "guest" },
    rawBody: { headers: ["X-Signature"] },
  },
);

it("a signed body reaches the actor byte by byte, with the headers that sign it and no others", async () => {
  let seen: Record<string, string> = {};
  const payments: ServiceSchema = {
    name: "payments",
    actions: serve(paid, ({ params: { body, headers } }) => {
      seen = headers;
      const hmac = createHmac("sha256", "secret").update(Buffer.from(body, "base64"));
      return { valid: hmac.digest("hex") === headers["x-signature"] };
    }),
  };
  const { server } = await openHouse({ contracts: [paid], services: [payments] });
  const body = Buffer.from('{ "amount" : 1.50,\r\n "amount" : 2 }\u00ff', "latin1");
  const signature = createHmac("sha256", "secret").update(body).digest("hex");
  const post = (headers: Record<string, string>, bytes = body) =>
    askAt(server)("/v1/payments/acme/webhook", { method: "POST", headers, body: bytes });

  const right = await post({ "x-signature": signature, "content-type": "application/json" });
  expect(right.json).toEqual({ valid: true });
  expect(seen).toEqual({ "x-signature": signature });
  expect((await post({ "x-signature": "0" })).json).toEqual({ valid: false });
  expect((await post({}, Buffer.alloc(20_000))).status).toBe(413);
});

describe("a part of a download", () => {
  const bytes = Buffer.from("0123456789");
  const rejects: ServiceSchema = {
    name: "imports",
    actions: serve(imports.rejects, () => ({
      ...{ object: "reports/one", contentType: "text/plain", name: "one.txt" },
    })),
  };
  const download = async () => {
    const objects = await objectsIn();
    await objects.put("reports/one", Readable.from([bytes]));
    const { server } = await openHouse({ services: [rejects], door: "admin", objects });
    return (range: string, more: Record<string, string> = {}) =>
      askAt(server)(`/v1/imports/${filmId}/rejects`, { headers: { ...bearer, range, ...more } });
  };

  it.each([
    ["bytes=2-4", 206, "234", "bytes 2-4/10"],
    ["bytes=7-", 206, "789", "bytes 7-9/10"],
    ["bytes=-3", 206, "789", "bytes 7-9/10"],
    ["bytes=8-99", 206, "89", "bytes 8-9/10"],
    ["bytes=1-2,4-5", 200, "0123456789", undefined],
    ["lines=1-2", 200, "0123456789", undefined],
    ["bytes=4-2", 200, "0123456789", undefined],
  ])("%s is %i", async (range, status, text, contentRange) => {
    const get = await download();

    const answer = await get(range);

    expect(answer).toMatchObject({ status, text });
    expect(answer.headers["content-range"]).toBe(contentRange);
    expect(answer.headers["content-length"]).toBe(String(text.length));
  });

  it("beyond the end is 416, and of another version all of it", async () => {
    const get = await download();

    const beyond = await get("bytes=10-");
    const other = await get("bytes=2-4", { "if-range": '"another"' });

    expect([beyond.status, beyond.headers["content-range"]]).toEqual([416, "bytes */10"]);
    expect([other.status, other.text]).toEqual([200, "0123456789"]);
  });
});

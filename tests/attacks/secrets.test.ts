/** A canary of every kind of secret goes through the doors, and is looked for where it must not be. */
import { randomUUID } from "node:crypto";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { ask, besieged, type Siege } from "./siege.ts";

let house: Siege;
let said = "";
beforeAll(async () => {
  house = await besieged({ LOG_LEVEL: "trace" });
  house.child.stdout?.on("data", (piece) => {
    said += piece;
  });
});
afterAll(() => house.stop());

async function filesUnder(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries.filter((one) => one.isFile()).map((one) => join(one.parentPath, one.name));
}

/** The access log, once the last of what was asked stands in it. */
async function accessLog(): Promise<string> {
  for (let tries = 0; tries < 100; tries++) {
    for (const file of await filesUnder(house.dir)) {
      const text = file.includes("access") ? await readFile(file, "utf8") : "";
      if (text.includes("/v1/audit")) return text;
    }
    await wait(100);
  }
  throw new Error("There is no access log, or it does not grow.");
}

it("no log, file, metric or registry has a password, a token or a key in it", async () => {
  const password = `canary-password-${randomUUID()}`;
  const email = `${randomUUID()}@example.org`;
  const device = "canary-device-00001";
  const made = { email, password, roles: ["viewer"] };
  await ask(house.adminUrl, { path: "/v1/accounts", body: made, token: house.token });
  const { json } = await ask(house.publicUrl, {
    ...{ path: "/v1/auth/sign-in", body: { email, password, device } },
  });
  const token = String(json.accessToken);
  const wrong = { email, password: `canary-wrong-${randomUUID()}`, device };
  await ask(house.publicUrl, { path: "/v1/auth/sign-in", body: wrong });
  const forged = `canary-key-${randomUUID()}`;
  const inQuery = `canary-query-${randomUUID()}`;
  const inPath = `canary-path-${randomUUID()}`;
  await ask(house.publicUrl, { path: "/v1/auth/account", token });
  await ask(house.publicUrl, { path: "/v1/me", headers: { "x-api-key": forged, cookie: forged } });
  await ask(house.publicUrl, { path: `/v1/films?access_token=${inQuery}` });
  await ask(house.publicUrl, { path: `/v1/nothing/${inPath}` });
  const shown = await ask(house.publicUrl, { path: "/v1/auth/step-up", body: { password }, token });
  const again = await ask(house.publicUrl, {
    ...{ path: "/v1/auth/refresh", body: { refreshToken: json.refreshToken, device } },
  });
  const key = await ask(house.publicUrl, {
    ...{ path: "/v1/auth/keys", token: String(shown.json.accessToken) },
    body: { name: "canary", roles: ["viewer"] },
  });
  expect([shown.status, again.status, key.status]).toEqual([200, 200, 201]);
  const registry = await ask(house.adminUrl, { path: "/v1/services", token: house.token });
  const audit = await ask(house.adminUrl, { path: "/v1/audit", token: house.token });
  const secrets = {
    ...{ password, token, forged, inQuery, inPath, wrong: wrong.password },
    ...{ refresh: String(json.refreshToken), next: String(again.json.refreshToken) },
    ...{ stepped: String(shown.json.accessToken), key: String(key.json.key) },
    operator: house.token,
  };
  const metrics = await ask(house.nodeUrl, { path: "/metrics" });
  const log = await accessLog();
  const places = { said, log, metrics: metrics.text, registry: registry.text, audit: audit.text };

  for (const [name, secret] of Object.entries(secrets)) {
    expect(secret.length).toBeGreaterThan(20);
    for (const [place, text] of Object.entries(places)) {
      expect({ name, place, found: text.includes(secret) }).toEqual({ name, place, found: false });
    }
  }
  for (const file of await filesUnder(house.dir)) {
    // One that is gone by now holds nothing.
    const text = await readFile(file, "latin1").catch(() => "");
    const found = Object.entries(secrets).filter(([, secret]) => text.includes(secret));
    const names = found.map(([name]) => name);
    const allowed = file.endsWith("operator-token") ? ["operator"] : [];
    expect({ file, names }).toEqual({ file, names: allowed });
  }
  expect(said).toContain("auth.signIn");
  expect(metrics.text).toContain("/v1/auth/sign-in");
});

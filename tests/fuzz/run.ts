/**
 * Fuzzes the documents of the four doors against a house of its own: valid and invalid cases, as a
 * guest and signed in. Any 5xx, and any answer that the document does not promise, fails.
 *
 * node tests/fuzz/run.ts [--seconds 60] [--seed 1] [--only admin]
 */
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { type AddressInfo, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { type House, startHouse } from "../house/process.ts";
import { made, registered } from "./people.ts";
import { fuzz, install } from "./tool.ts";

async function freePort(): Promise<string> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, "close");
  return String(port);
}

/** What ends the session that the rest is asked with. */
const endings = ["/v1/auth/sign-out", "/v1/auth/sign-out/everywhere"];
const endingActions = ["sessions.signOut", "sessions.signOutAll"];

interface Document {
  paths: Record<string, { post?: { parameters?: { schema: { enum?: string[] } }[] } }>;
}

/** The document of a door, without what ends the session when it is called by its name. */
async function documentOf(url: string): Promise<string> {
  const answer = await fetch(`${url}/openapi.json`);
  const document = (await answer.json()) as Document;
  const schema = document.paths["/v1/call/{action}"]?.post?.parameters?.[0]?.schema;
  if (schema?.enum) schema.enum = schema.enum.filter((name) => !endingActions.includes(name));
  // The same set of characters, said so that the fuzzer can make some.
  return JSON.stringify(document).replaceAll(
    "\\\\P{Cc}",
    "[^\\\\u0000-\\\\u001f\\\\u007f-\\\\u009f]",
  );
}

interface Visit {
  name: string;
  url: string;
  token?: string;
}

async function visitsOf(house: House, seller: string, logistics: string): Promise<Visit[]> {
  return [
    { name: "public-guest", url: house.publicUrl },
    { name: "public-viewer", url: house.publicUrl, token: await registered(house) },
    { name: "seller", url: seller, token: await made(house, "seller", seller) },
    { name: "logistics", url: logistics, token: await made(house, "courier", logistics) },
    { name: "admin", url: house.adminUrl, token: house.token },
  ];
}

const { values } = parseArgs({
  options: {
    seconds: { type: "string", default: "60" },
    seed: { type: "string", default: "1" },
    only: { type: "string", default: "" },
  },
});

await install();
const dir = await mkdtemp(join(tmpdir(), "bijou-fuzz-"));
const [seller, logistics, node] = await Promise.all([freePort(), freePort(), freePort()]);
const plenty = "1000000000";
const house = await startHouse(join(dir, "data"), {
  ...{ SELLER_PORT: seller, LOGISTICS_PORT: logistics, NODE_PORT: node },
  ...{ RATE_PER_ADDRESS: plenty, RATE_PER_USER: plenty, RATE_PER_KEY: plenty },
  ...{ ACCESS_TOKEN_SECONDS: "3600", STEP_UP_SECONDS: "3600", TRUSTED_PROXIES: "loopback" },
  ...{ ARGON2_MEMORY_KIB: "8192", ARGON2_PASSES: "1" },
});
const lines: string[] = [];
let failed = false;
try {
  const at = (port: string) => `http://127.0.0.1:${port}`;
  for (const { name, url, token } of await visitsOf(house, at(seller), at(logistics))) {
    if (!name.startsWith(values.only)) continue;
    const document = join(dir, `${name}.json`);
    await writeFile(document, await documentOf(url));
    const began = Date.now();
    const { passed, cases } = await fuzz({
      ...{ url, document, without: endings },
      ...{ seconds: Number(values.seconds), seed: Number(values.seed) },
      headers: token === undefined ? {} : { Authorization: `Bearer ${token}` },
    });
    failed ||= !passed;
    const seconds = Math.round((Date.now() - began) / 1_000);
    lines.push(`${name}: ${cases} cases in ${seconds} s, ${passed ? "passed" : "FAILED"}`);
  }
} finally {
  await house.stop();
  await rm(dir, { recursive: true, force: true });
}
process.stdout.write(`\n${lines.join("\n")}\n`);
process.exitCode = failed ? 1 : 0;

/**
 * Fuzzes the documents of the four doors, each time against a house of its own: valid and invalid
 * cases, as a guest and signed in. Any 5xx, and any answer that the document does not promise,
 * fails.
 *
 * node tests/fuzz/run.ts [--seconds 60] [--seed 1] [--only admin]
 */
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { besieged, type Siege } from "../attacks/siege.ts";
import { made, registered } from "./people.ts";
import { fuzz, install } from "./tool.ts";

/** A door, and who comes to it. */
interface Visit {
  name: string;
  door: "publicUrl" | "sellerUrl" | "logisticsUrl" | "adminUrl";
  /** The token to come with. */
  token?: (house: Siege) => Promise<string>;
}

const visits: readonly Visit[] = [
  { name: "public, guest", door: "publicUrl" },
  { name: "public, viewer", door: "publicUrl", token: registered },
  { name: "seller", door: "sellerUrl", token: (house) => made(house, "seller", house.sellerUrl) },
  {
    name: "logistics",
    door: "logisticsUrl",
    token: (house) => made(house, "courier", house.logisticsUrl),
  },
  // The house's own token is void as soon as the fuzzer makes an admin: one comes too.
  { name: "admin, the house's token", door: "adminUrl", token: async (house) => house.token },
  { name: "admin", door: "adminUrl", token: (house) => made(house, "admin", house.adminUrl) },
];

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
  const controls = "[^\\\\u0000-\\\\u001f\\\\u007f-\\\\u009f]";
  return JSON.stringify(document).replaceAll("\\\\P{Cc}", controls);
}

const plenty = "1000000000";
const house = {
  ...{ RATE_PER_ADDRESS: plenty, RATE_PER_USER: plenty, RATE_PER_KEY: plenty },
  ...{ ACCESS_TOKEN_SECONDS: "3600", STEP_UP_SECONDS: "3600", TRUSTED_PROXIES: "loopback" },
};

/** One visit to a new house; a line that sums it up, and whether all was well. */
async function pay(visit: Visit, seconds: number, seed: number) {
  const dir = await mkdtemp(join(tmpdir(), "bijou-fuzz-"));
  const siege = await besieged(house);
  try {
    const url = siege[visit.door];
    const document = join(dir, "openapi.json");
    await writeFile(document, await documentOf(url));
    const token = await visit.token?.(siege);
    const headers: Record<string, string> = token ? { Authorization: `Bearer ${token}` } : {};
    const began = Date.now();
    const { ok, cases } = await fuzz({ url, document, headers, seconds, seed, without: endings });
    const took = Math.round((Date.now() - began) / 1_000);
    return { ok, line: `${visit.name}: ${cases} cases in ${took} s, ${ok ? "passed" : "FAILED"}` };
  } finally {
    await siege.stop();
    await rm(dir, { recursive: true, force: true });
  }
}

const { values } = parseArgs({
  options: {
    seconds: { type: "string", default: "60" },
    seed: { type: "string", default: "1" },
    only: { type: "string", default: "" },
  },
});

await install();
const lines: string[] = [];
for (const visit of visits.filter(({ name }) => name.startsWith(values.only))) {
  const { ok, line } = await pay(visit, Number(values.seconds), Number(values.seed));
  lines.push(line);
  if (!ok) process.exitCode = 1;
}
process.stdout.write(`\n${lines.join("\n")}\n`);

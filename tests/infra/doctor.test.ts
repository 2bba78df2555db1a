/** The doctor before the real engines that the environment names. */
import { bijou, type World, world } from "../cli/run.ts";

const names = [
  ...["NATS_URL", "POSTGRES_URL", "MONGO_URL", "REDIS_URL", "ELASTIC_URL", "ELASTIC_API_KEY"],
  ...["S3_ENDPOINT", "S3_REGION", "S3_ACCESS_KEY", "S3_SECRET_KEY", "S3_BUCKET"],
];
let here: World;

beforeEach(async () => {
  here = await world({
    ...Object.fromEntries(names.map((name) => [name, process.env[name]])),
    ...{ DOCUMENTS: "postgres,catalog=mongo", HOUSE_SECRET: "x".repeat(40) },
    ...{ PUBLIC_PORT: "0", ADMIN_PORT: "0" },
  });
  here.env.DATA_DIR = here.cwd;
});
afterEach(() => here.close());

async function statuses() {
  const ran = await bijou(here, ["doctor", "--json"]);
  const { checks } = ran.json() as { checks: { name: string; status: string; detail: string }[] };
  const asked = ["nats", "postgres", "mongo", "redis", "elastic", "s3"];
  return asked.map((name) => {
    const { status, detail = "" } = checks.find((check) => check.name === name) ?? {};
    return `${name} ${status}: ${detail}`;
  });
}

test("finds them all, and what they are", async () => {
  expect(await statuses()).toEqual([
    expect.stringMatching(/^nats ok: NATS 2\.\S+, JetStream with \d+ streams at nats:/),
    expect.stringMatching(/^postgres ok: PostgreSQL \d+/),
    expect.stringMatching(/^mongo ok: MongoDB \d+/),
    expect.stringMatching(/^redis ok: Redis \d+/),
    expect.stringMatching(/^elastic ok: Elasticsearch, cluster \S+ is (green|yellow), nodes: \d+/),
    expect.stringMatching(/^s3 ok: bucket \S+ at http/),
  ]);
});

test("finds those that do not let it in", async () => {
  const stranger = (name: string) => {
    const url = new URL(String(process.env[name]));
    url.password = "wrong";
    return url.href;
  };
  for (const name of ["NATS_URL", "POSTGRES_URL", "REDIS_URL"]) here.env[name] = stranger(name);
  here.env.S3_SECRET_KEY = "wrong";

  const found = await statuses();

  expect(found.map((one) => one.split(":")[0])).toEqual([
    ...["nats fail", "postgres fail", "mongo ok", "redis fail", "elastic ok", "s3 fail"],
  ]);
});

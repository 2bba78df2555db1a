import { readEnvironment, variables } from "./environment.ts";

const report = (source: Record<string, string>, actors: string[] = []): string => {
  const reading = readEnvironment(source, actors);
  return reading.ok ? "fine" : reading.report;
};

test("has a default for everything outside production", () => {
  const reading = readEnvironment({});

  expect(reading).toMatchObject({
    ok: true,
    env: { gateway: { PUBLIC_PORT: 3000, ADMIN_PORT: 3003 }, house: { NODE_ENV: "development" } },
  });
});

test("takes an empty variable as one that is not set", () => {
  const source = Object.fromEntries(
    Object.values(variables).flatMap((group) => Object.keys(group).map((name) => [name, ""])),
  );

  expect(readEnvironment(source)).toEqual(readEnvironment({}));
});

test("lists every mistake with what was expected", () => {
  const text = report({ PUBLIC_PORT: "99999", LOG_LEVEL: "loud", COMPRESSION: "maybe" });

  expect(text).toContain('PUBLIC_PORT="99999": expected a port, 0 to 65535');
  expect(text).toContain('LOG_LEVEL="loud": expected');
  expect(text).toContain('COMPRESSION="maybe": expected true or false');
});

test.each([
  [{ PUBLIC_PORT: "4000", ADMIN_PORT: "4000" }, "PUBLIC_PORT and ADMIN_PORT are the same"],
  [{ NODE_ENV: "production" }, "ADMIN_TOKEN is missing"],
  [
    { SERVICES: "catalogue" },
    'SERVICES="catalogue": expected a context or an actor of catalog/films',
  ],
  [{ S3_ENDPOINT: "http://s3", S3_REGION: "eu" }, "S3_BUCKET is missing: S3_ENDPOINT is set"],
  [
    { S3_ENDPOINT: "http://me:you@s3" },
    "S3_ENDPOINT: expected http://… or https://… without a user",
  ],
  [{ S3_BUCKET: "media" }, "S3_BUCKET: S3_ENDPOINT is missing"],
  [{ MOL_LOG_LEVEL: "info" }, "MOL_LOG_LEVEL is not read here"],
  [{ TRANSPORTER: "nats://x" }, "TRANSPORTER is not read here"],
  [{ TRANSPORT: "nats" }, "TRANSPORT=nats wants NATS_URL"],
  [{ TRANSPORT: "redis" }, "TRANSPORT=redis wants REDIS_URL"],
  [{ CHANNELS: "jetstream" }, "CHANNELS=jetstream wants NATS_URL"],
  [{ CHANNELS: "kafka" }, 'CHANNELS="kafka": expected embedded, jetstream or redis'],
  [{ CHANNELS: "redis" }, "CHANNELS=redis wants REDIS_STORE_URL"],
  [
    { CHANNELS: "redis", REDIS_STORE_URL: "redis+cluster://one,two" },
    "CHANNELS=redis wants REDIS_STORE_URL, one server or sentinels",
  ],
  [
    { IMPORT_PRIVATE_HOSTS: "mirror.lan, 10.0.0.0/8" },
    "expected host names and addresses without ports, separated by commas",
  ],
  [{ CHANNEL_REPLICAS: "3" }, "CHANNEL_REPLICAS is for JetStream alone"],
  [{ NATS_URL: "nats://one,http://two" }, "NATS_URL: expected nats://… or tls://…"],
  [{ NATS_CREDS: "/not/there" }, "NATS_CREDS="],
])("refuses %j", (source, fault) => {
  expect(report(source, ["catalog/films"])).toContain(fault);
});

test("does not repeat a secret that is wrong", () => {
  const text = report({ ADMIN_TOKEN: "too-short" });

  expect(text).toContain("ADMIN_TOKEN: expected at least 24 characters");
  expect(text).not.toContain("too-short");
});

test("cannot be changed once read", () => {
  const reading = readEnvironment({});

  expect(() => Object.assign(reading.ok ? reading.env.gateway : {}, { PUBLIC_PORT: 1 })).toThrow();
});

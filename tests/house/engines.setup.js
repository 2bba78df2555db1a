/**
 * Only the tests of `infra` see the servers that the environment names; and a house in their process
 * keeps its documents under its own folder, unless the test says where.
 */
const servers =
  /^(DOCUMENTS|(NATS|REDIS|REDIS_STORE|ELASTIC|MONGO|POSTGRES)_URL|S3_(ENDPOINT|REGION|BUCKET|.*_KEY))$/;

if (globalThis.usesEngines) process.env.DOCUMENTS ??= "embedded";
else {
  for (const name of Object.keys(process.env)) if (servers.test(name)) delete process.env[name];
}

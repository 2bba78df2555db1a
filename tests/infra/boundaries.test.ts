import { randomUUID } from "node:crypto";
import { boundariesContract } from "../boundaries/contract.ts";
import { forget } from "../cluster/topology.ts";
import { urlOf } from "./engine-urls.ts";

const shared = (namespace: string) => ({
  NAMESPACE: namespace,
  ...{ NATS_URL: urlOf("NATS_URL", "NATS with JetStream").href, REDIS_URL: "" },
  ...{ REDIS_STORE_URL: "", ELASTIC_URL: "", POSTGRES_URL: "", MONGO_URL: "" },
  ...{ S3_ENDPOINT: "", S3_REGION: "", S3_ACCESS_KEY: "", S3_SECRET_KEY: "", S3_BUCKET: "" },
  HOUSE_SECRET: "a secret of this test, which is long enough",
  // Longer than a message waits for its acknowledgement before it comes again.
  LINGER_MS: "2000",
});

boundariesContract("PostgreSQL and JetStream", async () => {
  const namespace = `test-${randomUUID().slice(0, 8)}`;
  const POSTGRES_URL = urlOf("POSTGRES_URL", "PostgreSQL").href;
  return {
    env: { ...shared(namespace), POSTGRES_URL },
    forget: () => forget(namespace, "postgres"),
  };
});

boundariesContract("MongoDB and JetStream", async () => {
  const namespace = `test-${randomUUID().slice(0, 8)}`;
  const MONGO_URL = urlOf("MONGO_URL", "MongoDB").href;
  return { env: { ...shared(namespace), MONGO_URL }, forget: () => forget(namespace, "mongo") };
});

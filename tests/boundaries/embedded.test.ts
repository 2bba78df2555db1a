import { boundariesContract } from "./contract.ts";

const none = { NATS_URL: "", POSTGRES_URL: "", MONGO_URL: "", REDIS_URL: "", REDIS_STORE_URL: "" };
const objects = {
  ...{ S3_ENDPOINT: "", S3_REGION: "", S3_ACCESS_KEY: "", S3_SECRET_KEY: "", S3_BUCKET: "" },
};
boundariesContract("the embedded engines", async () => ({
  env: { ...none, ...objects, ELASTIC_URL: "" },
  forget: async () => undefined,
}));

/** Anchors of the audit in the bucket of the S3 server of S3_*. */
import { randomUUID } from "node:crypto";
import { S3Store } from "../../mixins/objects/s3.ts";
import { anchorsContract } from "../accounts/anchors.contract.ts";

const given = (name: string): string => {
  const value = process.env[name];
  if (!value) throw new Error(`${name} is not set: name an S3 server by S3_ENDPOINT and the rest.`);
  return value;
};

anchorsContract("a bucket", async () => {
  const store = await S3Store.open({
    endpoint: given("S3_ENDPOINT"),
    region: given("S3_REGION"),
    accessKey: given("S3_ACCESS_KEY"),
    secretKey: given("S3_SECRET_KEY"),
    bucket: given("S3_BUCKET"),
    prefix: `test-${randomUUID()}/`,
  });
  const close = async () => {
    for (const { key } of await store.list("", { limit: 1_000 })) await store.remove(key);
    store.close();
  };
  return { store, close };
});

/** Anchors of the audit in the bucket of the S3 server of S3_*. */
import { S3Store } from "../../mixins/objects/s3.ts";
import { anchorsContract } from "../accounts/anchors.contract.ts";
import { ownPrefix } from "./engine-urls.ts";

anchorsContract("a bucket", async () => {
  const store = await S3Store.open(ownPrefix());
  const close = async () => {
    for (const { key } of await store.list("", { limit: 1_000 })) await store.remove(key);
    store.close();
  };
  return { store, close };
});

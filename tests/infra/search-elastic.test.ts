/** The contract of the search engines over Elasticsearch. */
import { elasticSearch } from "../../mixins/search/elastic/engine.ts";
import { newPrefix, removeIndices } from "../search/cluster.ts";
import { contract } from "../search/contract.ts";
import { definition, settling } from "../search/harness.ts";
import { urlOf } from "./engine-urls.ts";

const url = urlOf("ELASTIC_URL", "an Elasticsearch").href;

const inCluster = async () => {
  const prefix = newPrefix();
  return {
    open: () => settling(elasticSearch({ url, prefix, definition, askMs: 20_000 })),
    dispose: () => removeIndices(prefix, url),
  };
};

describe("the engine in a cluster", () => contract(inCluster));

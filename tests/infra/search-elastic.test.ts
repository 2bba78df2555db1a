/** The contract of the search engines over Elasticsearch, and what is its own. */
import { elasticSearch } from "../../mixins/search/elastic/engine.ts";
import { newPrefix, removeIndices } from "../search/cluster.ts";
import { contract } from "../search/contract.ts";
import { definition, settling } from "../search/harness.ts";
import { elasticUrl } from "./elastic.ts";

const inCluster = async () => {
  const prefix = newPrefix();
  return {
    open: () => settling(elasticSearch({ url: elasticUrl, prefix, definition, askMs: 20_000 })),
    dispose: () => removeIndices(prefix, elasticUrl),
  };
};

describe("the engine in a cluster", () => contract(inCluster));

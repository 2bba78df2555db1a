/** How well films are found by Elasticsearch: the judged spec of tests/data, which BIJOU_DATA names. */
import { elasticSearch } from "../../mixins/search/elastic/engine.ts";
import { filmIndex } from "../../services/catalog/film-index.ts";
import { judging } from "../data/judging.ts";
import { newPrefix, removeIndices } from "../search/cluster.ts";
import { urlOf } from "./engine-urls.ts";

const url = urlOf("ELASTIC_URL", "an Elasticsearch").href;

describe("the engine in a cluster", () =>
  judging(() => {
    const prefix = newPrefix();
    return {
      engine: elasticSearch({ url, prefix, definition: filmIndex, askMs: 10_000 }),
      dispose: () => removeIndices(prefix, url),
    };
  }));

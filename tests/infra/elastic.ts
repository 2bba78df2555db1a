/** The Elasticsearch that the environment names. */
const url = process.env.ELASTIC_URL;
if (!url) {
  throw new Error("ELASTIC_URL is missing: name a server, as http://127.0.0.1:9200.");
}
export const elasticUrl: string = url;

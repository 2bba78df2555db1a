/** The corner of an Elasticsearch that a test has for itself. */
import { randomBytes } from "node:crypto";
import { Client } from "@elastic/elasticsearch";

/** A prefix for the names of indices that nobody else has. */
export const newPrefix = (): string => `test-${randomBytes(4).toString("hex")}`;

/** Removes every index of the prefix. */
export async function removeIndices(prefix: string, node: string): Promise<void> {
  const client = new Client({ node });
  const index = `${prefix}-*`;
  // A wildcard may not remove, by the preset of servers: names may.
  const found = Object.keys(await client.indices.getAlias({ index }));
  if (found.length > 0) await client.indices.delete({ index: found });
  await client.close();
}

/** The indices of the prefix, in order. */
export async function indicesOf(prefix: string, node: string): Promise<string[]> {
  const client = new Client({ node });
  const found = Object.keys(await client.indices.getAlias({ index: `${prefix}-*` }));
  await client.close();
  return found.sort();
}

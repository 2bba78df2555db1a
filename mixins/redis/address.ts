/**
 * Where a Redis is, as one text: a server, the sentinels that know it, or some nodes of a cluster.
 * Pure.
 *
 *   redis://user:password@host:6379/0
 *   redis+sentinel://user:password@one:26379,two:26379/0?name=mymaster&sentinelPassword=…
 *   redis+cluster://user:password@one:6379,two:6379
 *
 * `rediss` in place of `redis` is TLS, to the sentinels too; a private authority's certificate is
 * told to Node by NODE_EXTRA_CA_CERTS.
 */
export interface Node {
  host: string;
  port: number;
}

export interface Address {
  kind: "single" | "sentinel" | "cluster";
  nodes: readonly Node[];
  tls: boolean;
  db: number;
  username?: string;
  password?: string;
  /** Of the server that the sentinels watch. */
  name?: string;
  sentinelUsername?: string;
  sentinelPassword?: string;
}

/** What it must look like, for whoever set something else. */
export const addressForm =
  "redis://host:6379/0, redis+sentinel://host:26379,host/0?name=mymaster or " +
  "redis+cluster://host:6379,host (rediss… for TLS)";

const form =
  /^redis(s?)(?:\+(sentinel|cluster))?:\/\/(?:([^:@/]*)(?::([^@/]*))?@)?([^@/?]+)(?:\/(\d{0,4}))?(?:\?(.*))?$/;
const named = /^(\[[\da-f:]+\]|[\w.-]+)(?::(\d{1,5}))?$/i;

function nodesIn(text: string, preset: number): Node[] | undefined {
  const nodes = text.split(",").map((one) => {
    const [, host = "", port] = named.exec(one.trim()) ?? [];
    return { host: host.replace(/^\[|\]$/g, ""), port: port ? Number(port) : preset };
  });
  return nodes.every(({ host, port }) => host !== "" && port > 0 && port < 65_536)
    ? nodes
    : undefined;
}

const given = (name: string, value: string | null | undefined) =>
  value ? { [name]: decodeURIComponent(value) } : {};

/** @returns undefined for what is no address of a Redis */
export function readAddress(text: string): Address | undefined {
  const read = form.exec(text);
  if (!read) return undefined;
  const [, secure, way, username, password, hosts = "", db, rest] = read;
  const kind = (way ?? "single") as Address["kind"];
  const nodes = nodesIn(hosts, kind === "sentinel" ? 26_379 : 6_379);
  const said = new URLSearchParams(rest);
  const name = said.get("name");
  const known = kind === "sentinel" ? ["name", "sentinelUsername", "sentinelPassword"] : [];
  if (!nodes || [...said.keys()].some((key) => !known.includes(key))) return undefined;
  if (kind === "single" && nodes.length > 1) return undefined;
  if (kind === "sentinel" && !name) return undefined;
  // A cluster has one database.
  if (kind === "cluster" && Number(db ?? 0) > 0) return undefined;
  return {
    ...{ kind, nodes, tls: secure === "s", db: Number(db ?? 0) },
    ...given("username", username),
    ...given("password", password),
    ...(name ? { name } : {}),
    ...given("sentinelUsername", said.get("sentinelUsername")),
    ...given("sentinelPassword", said.get("sentinelPassword")),
  };
}

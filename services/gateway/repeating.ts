/** Doing once what is asked under one Idempotency-Key. */
import { hash } from "node:crypto";
import type { Schema } from "../../mixins/http/coerce.ts";
import type { Action, Caller } from "../shared/contract.ts";
import { idFromName } from "../shared/ids.ts";
import type { House } from "./asking.ts";
import { idempotencyKey } from "./entry.ts";
import type { Exchange } from "./exchange.ts";
import { schemaOf } from "./routes.ts";

/** Names of fields that hold what nobody else may know. */
const secretName = /^(key|secret|challenge|password|uri)$|token$|codes$/i;

const namesSecret = (schema: Schema): boolean =>
  Object.entries(schema.properties ?? {}).some(
    ([name, inner]) => secretName.test(name) || namesSecret(inner),
  ) || [schema.items, ...(schema.anyOf ?? [])].some((inner) => inner && namesSecret(inner));

/** Whether an answer is kept nowhere: it says so, or its fields are called as secrets are. */
const carriesSecret = ({ secret, result }: Action): boolean =>
  secret ?? namesSecret(schemaOf(result, "output"));

/** Keys are their owner's alone; of guests, who are all called so, their address's. */
const namespace = "6f1f5a0e-5d53-4b0e-9a52-7c6c3f6d3a54";
const scopeOf = ({ address }: Exchange, { id, role, door }: Caller): string =>
  `${door}\n${id}\n${role === "guest" ? address : ""}`;

/** Does a task, under the request's key where it has one: then once. */
export async function doOnce(
  { once, wrote, choose }: House,
  { x, contract, caller, asked }: { x: Exchange; contract: Action; caller: Caller; asked: unknown },
  task: () => Promise<unknown>,
) {
  const perform = async () => {
    const result = await task();
    if (!contract.route?.startsWith("GET "))
      wrote(contract.name.slice(0, contract.name.indexOf(".")));
    return { status: contract.status ?? 200, text: JSON.stringify(result ?? null) };
  };
  const key = idempotencyKey(x);
  if (!once || key === undefined || x.req.method === "GET" || x.req.method === "HEAD") {
    return { answer: await perform(), again: false };
  }
  const { key: target } = choose(contract, caller);
  const id = idFromName(namespace, `${scopeOf(x, caller)}\n${target}\n${key}`);
  // The ledger seals it before it is kept: a fast hash of a password is easily tried.
  const fingerprint = hash("sha256", `${x.req.url}\n${JSON.stringify(asked)}`, "base64url");
  return once.run({ id, fingerprint, secret: carriesSecret(contract), task: perform });
}

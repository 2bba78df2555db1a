/** From a contract and its parameters to a request. Pure. */
import type { Action } from "../services/shared/contract.ts";
import { usage } from "./failure.ts";

/** @throws usage naming each wrong parameter */
export function checkParams(contract: Action, params: unknown): void {
  const errors = contract.params.safeParse(params).error?.issues.map((issue) => ({
    path: issue.path.join("."),
    message: issue.message,
  }));
  if (!errors) return;
  const said = errors.map((e) => (e.path ? `${e.path}: ${e.message}` : e.message)).join("; ");
  throw usage(`Nothing was sent, since this is wrong: ${said}.`, "Correct it and repeat.", {
    errors,
  });
}

/** Method, path and body of a contract's request. */
export function requestOf(contract: Action, params: Record<string, unknown>) {
  const [method = "POST", template = ""] = (
    contract.route ?? `POST /v1/call/${encodeURIComponent(contract.name)}`
  ).split(" ");
  const rest = { ...params };
  const path = template.replace(/\{(\w+)\}/g, (_, name: string) => {
    const value = encodeURIComponent(String(rest[name]));
    delete rest[name];
    return value;
  });
  // Neither has a body: the door reads what is said from the address.
  if (method !== "GET" && method !== "DELETE") return { method, path, body: JSON.stringify(rest) };
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(rest)) {
    for (const one of Array.isArray(value) ? value : [value]) {
      if (one !== undefined) query.append(name, String(one));
    }
  }
  return { method, path: query.size > 0 ? `${path}?${query}` : path };
}

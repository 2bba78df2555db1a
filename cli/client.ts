/**
 * The admin door over HTTP. A contract is all that a request needs: where it goes, what it may say
 * and what comes back. Parameters are checked before anything is sent.
 */
import { randomUUID } from "node:crypto";
import type { IncomingMessage } from "node:http";
import type { Readable } from "node:stream";
import { setTimeout as sleep } from "node:timers/promises";
import type { z } from "zod";
import { actions } from "../services/contracts.ts";
import type { Action } from "../services/shared/contract.ts";
import { Failure, unreachable } from "./failure.ts";
import { isBroken, readText, send } from "./http.ts";
import { refusal } from "./problems.ts";
import { checkParams, requestOf } from "./request.ts";
import type { Settings } from "./settings.ts";

export interface Upload {
  body: Readable;
  /** Bytes, where known before. */
  size: number | undefined;
  signal: AbortSignal;
}
export interface Client {
  readonly url: URL;
  ask<P extends z.ZodType, R extends z.ZodType>(
    contract: Action<P, R>,
    params: z.input<P>,
  ): Promise<z.output<R>>;
  /** Any action that the admin door opens, by its name. */
  call(action: string, params: unknown): Promise<unknown>;
  /** @param query what is said beside the bytes */
  upload<R extends z.ZodType>(
    contract: Action<z.ZodType, R>,
    query: Record<string, string>,
    file: Upload,
  ): Promise<z.output<R>>;
  /** The bytes that a download action answers. */
  download<P extends z.ZodType>(contract: Action<P>, params: z.input<P>): Promise<Readable>;
}

const patienceMs = 15_000;
const tries = 3;

export function createClient({ url, token, tokenHint }: Settings): Client {
  const base = url.href.replace(/\/+$/, "");
  const at = (path: string) => new URL(base + path);
  const headers = (more: Record<string, string> = {}) => ({
    accept: "application/json",
    ...(token ? { authorization: `Bearer ${token}` } : {}),
    ...more,
  });

  async function parsed(response: IncomingMessage): Promise<unknown> {
    const status = response.statusCode ?? 0;
    const text = await readText(url, response);
    const body = text === "" ? null : parse(text);
    if (status >= 400) throw refusal(status, body, status === 401 ? tokenHint : undefined);
    if (status >= 200 && status < 300 && body !== undefined) return body;
    throw unreachable(
      `What answers at ${url.origin} is not the admin door of a house (${status}).`,
      "Correct --url or the context: the admin door is http://127.0.0.1:3003 unless configured.",
    );
  }

  const json = { "content-type": "application/json" };

  async function request(
    contract: Action,
    params: Record<string, unknown>,
  ): Promise<IncomingMessage> {
    const { method, path, body } = requestOf(contract, params);
    const again = method === "GET" || contract.idempotent || contract.claims ? tries : 1;
    const key: Record<string, string> = contract.claims ? { "idempotency-key": randomUUID() } : {};
    const idleMs = Math.max(patienceMs, (contract.timeoutMs ?? 0) + 5_000);
    for (let attempt = 1; ; attempt++) {
      try {
        const sent = { method, headers: headers({ ...(body ? json : {}), ...key }), idleMs };
        return await send(at(path), body ? { ...sent, body } : sent);
      } catch (error) {
        if (attempt >= again || !(error instanceof Failure) || !isBroken(error)) throw error;
        await sleep(200 * attempt);
      }
    }
  }

  return {
    url,
    async ask(contract, params) {
      checkParams(contract, params);
      return (await parsed(await request(contract, params as Record<string, unknown>))) as never;
    },
    async call(name, params) {
      const known = actions.find((contract) => contract.name === name);
      const { idempotent, timeoutMs } = known ?? {};
      // By the call route always, since that is what the operator wants to try.
      const contract = { name, idempotent, timeoutMs } as Action;
      return parsed(await request(contract, params as Record<string, unknown>));
    },
    async upload(contract, query, { body, size, signal }) {
      const { method, path } = requestOf(contract, {});
      const length: Record<string, string> =
        size === undefined ? {} : { "content-length": `${size}` };
      const response = await send(at(`${path}?${new URLSearchParams(query)}`), {
        method,
        headers: headers({ "content-type": "application/octet-stream", ...length }),
        body,
        idleMs: 8 * patienceMs,
        signal,
      });
      return (await parsed(response)) as never;
    },
    async download(contract, params) {
      checkParams(contract, params);
      const response = await request(contract, params as Record<string, unknown>);
      if (response.statusCode === 200) return response;
      await parsed(response);
      throw unreachable(`${url.origin} sent no file.`, "Is --url the admin door? bijou doctor");
    },
  };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

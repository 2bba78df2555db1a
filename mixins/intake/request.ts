/** Asks a server for a file over https, never one of the inner network, and follows redirects. */
import type { IncomingMessage } from "node:http";
import { get } from "node:https";
import { lookupFor } from "./inner-network.ts";
import { Unreadable } from "./unreadable.ts";

export interface Asking {
  /** Certificates to trust beside the usual ones (PEM). */
  ca?: string | undefined;
  /** Names and addresses of an inner network that may be fetched from all the same. */
  privateHosts?: readonly string[] | undefined;
}

const silenceMs = 30_000;
/** A server may send its headers byte by byte, and so never be silent. */
const answerMs = 60_000;
const maxRedirects = 5;

/** @throws Unreadable when it leads out of https, into an inner network or nowhere */
export async function request(
  asking: Asking,
  url: URL,
  headers: Record<string, string>,
  redirects = maxRedirects,
): Promise<IncomingMessage> {
  if (url.protocol !== "https:") {
    throw new Unreadable(`it leads to ${url.protocol}//${url.host}, which is not https.`);
  }
  const { ca, privateHosts = [] } = asking;
  const lookup = lookupFor(url, privateHosts);
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    // Without an agent: a connection that is kept was judged when it was made, not now.
    const how = { headers, timeout: silenceMs, agent: false, lookup, ...(ca ? { ca } : {}) };
    const asked = get(url, how, resolve);
    const giveUp = () => asked.destroy(new Error("the server is silent"));
    const late = setTimeout(giveUp, answerMs);
    asked.once("response", () => clearTimeout(late)).once("close", () => clearTimeout(late));
    asked.on("timeout", giveUp);
    asked.on("error", reject);
  });
  const { location } = response.headers;
  if ((response.statusCode ?? 0) < 300 || (response.statusCode ?? 0) >= 400 || !location) {
    return response;
  }
  response.destroy();
  if (redirects === 0) throw new Unreadable("it is redirected again and again. Check the address.");
  if (!URL.canParse(location, url.href)) {
    throw new Unreadable("it is redirected to what is no address. Check the address.");
  }
  return request(asking, new URL(location, url), headers, redirects - 1);
}

/**
 * Where the house does not fetch from, since it reaches more than those who ask it: itself, and the
 * networks around it. Names are judged by what they resolve to, at the moment of connecting.
 */
import { lookup as resolve } from "node:dns";
import { BlockList, isIPv4, isIPv6, type LookupFunction } from "node:net";
import { Unreadable } from "./unreadable.ts";

/** Unspecified, private, shared, loopback, link-local, protocols, tests, multicast, reserved. */
const inner4 =
  "0.0.0.0/8 10.0.0.0/8 100.64.0.0/10 127.0.0.0/8 169.254.0.0/16 172.16.0.0/12 192.0.0.0/24 " +
  "192.0.2.0/24 192.168.0.0/16 198.18.0.0/15 198.51.100.0/24 203.0.113.0/24 224.0.0.0/3";
/** Unspecified and loopback, translated, discarded, tunnels, documents, local, multicast. */
const inner6 =
  "::/96 64:ff9b:1::/48 100::/64 2001::/32 2001:db8::/32 2002::/16 fc00::/7 fe80::/10 " +
  "fec0::/10 ff00::/8";

const inner = new BlockList();
const networks = (text: string) =>
  text.split(" ").map((network) => network.split("/") as [string, string]);
for (const [start, bits] of networks(inner4)) {
  inner.addSubnet(start, Number(bits), "ipv4");
  // A network of IPv6 alone reaches the others by way of this prefix.
  inner.addSubnet(`64:ff9b::${start}`, 96 + Number(bits), "ipv6");
}
for (const [start, bits] of networks(inner6)) inner.addSubnet(start, Number(bits), "ipv6");

/** An address without the network card that it may name. */
const bare = (address: string): string => address.replace(/^\[|\]$|%.*$/g, "");

/** Whether an address is no public one; of IPv4 also as IPv6 writes it. False for names. */
export function isInner(address: string): boolean {
  const text = bare(address);
  if (isIPv4(text)) return inner.check(text, "ipv4");
  return isIPv6(text) && inner.check(text, "ipv6");
}

/** A host as addresses of the web write it, however it was written. */
function written(host: string): string {
  const text = bare(host);
  const url = `https://${isIPv6(text) ? `[${text}]` : text}`;
  return URL.canParse(url) ? new URL(url).hostname : text;
}

/**
 * What finds the address of this URL's host, and finds none of the inner network.
 *
 * @param privateHosts names and addresses that may be fetched from all the same
 * @throws Unreadable when the host is an address of the inner network itself
 */
export function lookupFor({ hostname }: URL, privateHosts: readonly string[]): LookupFunction {
  const known = new Set(privateHosts.map(written));
  if (known.has(hostname)) return resolve as LookupFunction;
  const isRefused = (address: string) => isInner(address) && !known.has(written(address));
  if (isRefused(hostname)) throw refusal(hostname);
  return (name, options, done) =>
    resolve(name, options, (error, found, family) => {
      const addresses = typeof found === "string" ? [found] : (found ?? []);
      const isBad = addresses.some((one) => isRefused(typeof one === "string" ? one : one.address));
      done(isBad ? refusal(name) : error, found, family);
    });
}

const refusal = (host: string): Unreadable =>
  new Unreadable(
    `it leads to ${host}, which lies in an inner network: from there nothing is fetched. ` +
      "Where that is meant, name the host in IMPORT_PRIVATE_HOSTS; or send the file itself.",
  );

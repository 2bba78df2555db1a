/**
 * Where a request came from. `X-Forwarded-For` is believed as far as it was written by proxies that
 * are trusted, from the nearest on: what stands before them anybody may have forged.
 */
import type { IncomingMessage } from "node:http";
import { isIP } from "node:net";
import proxyAddr from "proxy-addr";

export type AddressOf = (req: IncomingMessage) => string;

const mapped = /^::ffff:(?=\d+\.)/i;
const plain = (address: string): string => address.replace(mapped, "");

/**
 * @param trusted addresses and networks of proxies (`10.0.0.0/8`), and `loopback`, `linklocal`,
 *   `uniquelocal`; nobody when empty
 * @throws TypeError for what is neither
 */
export function addressReader(trusted: readonly string[]): AddressOf {
  const near = ({ socket }: IncomingMessage) => plain(socket.remoteAddress ?? "unknown");
  if (trusted.length === 0) return near;
  const trust = proxyAddr.compile([...trusted]);
  return (req) => {
    if (req.headers["x-forwarded-for"] === undefined) return near(req);
    const far = proxyAddr(req, trust);
    return isIP(far) ? plain(far) : near(req);
  };
}

/** What is limited together: an IPv4 address, or the /64 that one subscriber has of IPv6. */
export function bucketOf(address: string): string {
  if (!address.includes(":")) return address;
  const [head = "", tail = ""] = address.toLowerCase().split("::", 2);
  const first = head === "" ? [] : head.split(":");
  const last = address.includes("::") && tail !== "" ? tail.split(":") : [];
  const zeros = address.includes("::") ? Math.max(0, 8 - first.length - last.length) : 0;
  const groups = [...first, ...Array.from({ length: zeros }, () => "0"), ...last];
  return `${groups
    .slice(0, 4)
    .map((group) => group.replace(/^0+(?=.)/, ""))
    .join(":")}::/64`;
}

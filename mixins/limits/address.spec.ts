import type { IncomingMessage } from "node:http";
import { addressReader, bucketOf } from "./address.ts";

const asked = (remoteAddress: string, forwarded?: string) =>
  ({
    socket: { remoteAddress },
    connection: { remoteAddress },
    headers: forwarded === undefined ? {} : { "x-forwarded-for": forwarded },
  }) as unknown as IncomingMessage;

describe("the address of a request", () => {
  it("is that of the connection where no proxy is trusted, whatever was forged", () => {
    const of = addressReader([]);

    expect(of(asked("::ffff:192.0.2.7", "198.51.100.1"))).toBe("192.0.2.7");
    expect(of(asked("2001:db8::1"))).toBe("2001:db8::1");
  });

  it("is what the nearest trusted proxies have written, and nothing before them", () => {
    const of = addressReader(["loopback", "10.0.0.0/8"]);

    expect(of(asked("127.0.0.1", "203.0.113.9"))).toBe("203.0.113.9");
    expect(of(asked("127.0.0.1", "1.1.1.1, 203.0.113.9, 10.1.2.3"))).toBe("203.0.113.9");
    expect(of(asked("192.0.2.7", "203.0.113.9"))).toBe("192.0.2.7");
    expect(of(asked("127.0.0.1", "no address\u0000"))).toBe("127.0.0.1");
  });

  it("cannot be read by nonsense in the configuration", () => {
    expect(() => addressReader(["nonsense"])).toThrow();
  });
});

it("limits a subscriber of IPv6 together", () => {
  expect(bucketOf("192.0.2.7")).toBe("192.0.2.7");
  expect(bucketOf("2001:db8:1:2:3:4:5:6")).toBe("2001:db8:1:2::/64");
  expect(bucketOf("2001:db8:1:2::9")).toBe("2001:db8:1:2::/64");
  expect(bucketOf("2001:DB8::1")).toBe("2001:db8:0:0::/64");
  expect(bucketOf("::1")).toBe("0:0:0:0::/64");
});

import type { LookupFunction } from "node:net";
import { isInner, lookupFor } from "./inner-network.ts";
import { Unreadable } from "./unreadable.ts";

test.each([
  ...["0.0.0.0", "10.1.2.3", "100.64.0.1", "127.0.0.1", "169.254.169.254", "172.31.0.1"],
  ...["192.168.0.1", "198.19.0.1", "224.0.0.1", "255.255.255.255"],
  ...["::", "::1", "[::1]", "fc00::1", "fd12::1", "fe80::1", "fe80::1%eth0", "fec0::1", "ff02::1"],
  ...["::ffff:127.0.0.1", "::ffff:a00:1", "::127.0.0.1", "64:ff9b::10.0.0.1", "2002:7f00:1::"],
])("%s is inner", (address) => {
  expect(isInner(address)).toBe(true);
});

test.each([
  ...["1.1.1.1", "8.8.8.8", "172.32.0.1", "192.169.0.1", "223.255.255.255", "2606:4700::1111"],
  ...["::ffff:8.8.8.8", "64:ff9b::808:808", "example.org", "10.example.org"],
])("%s is not", (address) => {
  expect(isInner(address)).toBe(false);
});

const found = (lookup: LookupFunction, name: string, all: boolean) =>
  new Promise((resolve, reject) => {
    lookup(name, { all }, (error, address) => (error ? reject(error) : resolve(address)));
  });

test.each([true, false])(
  "a name that resolves there is refused, all asked for: %s",
  async (all) => {
    const lookup = lookupFor(new URL("https://localhost/x"), []);

    await expect(found(lookup, "localhost", all)).rejects.toThrow(Unreadable);
  },
);

test.each([
  ["https://LOCALHOST/x", "localhost"],
  ["https://127.1/x", "127.0.0.1"],
  ["https://[0:0::1]/x", "::1"],
  ["https://localhost/x", "Localhost"],
])("%s may be fetched where %s is named", async (url, host) => {
  const lookup = lookupFor(new URL(url), [host]);

  expect(await found(lookup, "localhost", false)).toMatch(/127.0.0.1|::1/);
});

test.each(["https://127.1/", "https://2130706433/", "https://[::ffff:7f00:1]/", "https://0/"])(
  "%s is refused before anything is asked",
  (url) => {
    expect(() => lookupFor(new URL(url), ["localhost", "10.0.0.1"])).toThrow(
      /lies in an inner network.*IMPORT_PRIVATE_HOSTS/,
    );
  },
);

import { readAddress } from "./address.ts";

test("is one server, with a database and a password", () => {
  expect(readAddress("redis://:p%40ss@localhost:16379/3")).toEqual({
    kind: "single",
    nodes: [{ host: "localhost", port: 16_379 }],
    tls: false,
    db: 3,
    password: "p@ss",
  });
  expect(readAddress("rediss://anna:secret@[::1]")).toMatchObject({
    ...{ nodes: [{ host: "::1", port: 6_379 }], tls: true, db: 0 },
    ...{ username: "anna", password: "secret" },
  });
});

test("is the sentinels that know a server by its name", () => {
  expect(readAddress("redis+sentinel://:p@a:1,b/2?name=mymaster&sentinelPassword=s%2F")).toEqual({
    kind: "sentinel",
    nodes: [
      { host: "a", port: 1 },
      { host: "b", port: 26_379 },
    ],
    ...{ tls: false, db: 2, password: "p", name: "mymaster", sentinelPassword: "s/" },
  });
});

test("is some nodes of a cluster", () => {
  expect(readAddress("rediss+cluster://u:p@a:7000,b:7001/")).toMatchObject({
    kind: "cluster",
    nodes: [
      { host: "a", port: 7_000 },
      { host: "b", port: 7_001 },
    ],
    ...{ tls: true, db: 0 },
  });
});

test.each([
  "http://localhost",
  "redis://",
  "redis://a,b",
  "redis://a:70000",
  "redis://a/zero",
  "redis://a?name=x",
  "redis+sentinel://a,b",
  "redis+cluster://a/1",
  "redis+cluster://a,,b",
])("is not %s", (text) => {
  expect(readAddress(text)).toBeUndefined();
});

import { natsOptions } from "./nats-options.ts";

test("takes user and password from the address, as a URL writes them", () => {
  const servers = ["nats://me:1a%40b:c@one:4333", "nats://two"];

  const options = natsOptions({ servers }, "node");

  expect(options).toMatchObject({ user: "me", pass: "1a@b:c", servers: ["one:4333", "two:4222"] });
  expect(options).not.toHaveProperty("tls");
});

test("a name without a password is a token", () => {
  expect(natsOptions({ servers: ["nats://s3cret@one"] }, "node")).toMatchObject({
    token: "s3cret",
  });
});

test("reconnects for ever, also after a refusal", () => {
  expect(natsOptions({ servers: ["nats://one"] }, "node")).toMatchObject({
    maxReconnectAttempts: -1,
    ignoreAuthErrorAbort: true,
  });
});

test.each([
  [{ servers: ["tls://one"] }, {}],
  [{ servers: ["nats://one"], ca: "/ca.pem" }, { caFile: "/ca.pem" }],
  [
    { servers: ["tls://one"], cert: "/me.pem", key: "/me.key" },
    { certFile: "/me.pem", keyFile: "/me.key" },
  ],
])("%j wants TLS", (settings, tls) => {
  expect(natsOptions(settings, "node").tls).toEqual(tls);
});

test("credentials of a file go before those of the address", () => {
  const options = natsOptions({ servers: ["nats://me:you@one"], creds: "/a.creds" }, "node");

  expect(options).not.toHaveProperty("user");
  expect(options.authenticator).toBeDefined();
});

import { portsOf } from "./ports.ts";

const preset = { public: 3000, seller: 3001, logistics: 3002, admin: 3003, node: 3010 };
const asked = (more: object) => portsOf({ ...preset, ...more });

test("ports that nobody asked for stay, and give way where they are taken", () => {
  expect(asked({})).toEqual({
    public: { port: 3000, yields: false },
    seller: { port: 3001, yields: true },
    logistics: { port: 3002, yields: true },
    admin: { port: 3003, yields: false },
    node: { port: 3010, yields: true },
  });
});

test.each([
  [{ public: 3001 }, "seller"],
  [{ seller: 3002 }, "logistics"],
  [{ admin: 3010 }, "node"],
  [{ node: 3001 }, "seller"],
] as const)("%j is asked for: %s takes a free one", (more, name) => {
  const ports = asked(more);

  expect(ports[name]).toEqual({ port: 0, yields: true });
  expect(Object.values(ports).filter(({ port }) => port === 0)).toHaveLength(1);
});

import { banner } from "./banner.ts";

test("says where the doors are and what to try next", () => {
  const doors = [
    { name: "public", url: "http://127.0.0.1:3000" },
    { name: "admin", url: "http://127.0.0.1:3003" },
    { name: "seller", url: "http://127.0.0.1:3001" },
  ];

  const node = "http://127.0.0.1:3010";
  const text = banner(doors, ["films", "search"], "/srv/data", node).join("\n");

  expect(text).toContain("2 actors, data in /srv/data");
  expect(text).toContain("http://127.0.0.1:3000/docs");
  expect(text).toMatch(/seller +http:\/\/127\.0\.0\.1:3001/);
  expect(text).toContain("npx bijou imports run");
  expect(text).toMatch(/node +http:\/\/127\.0\.0\.1:3010\n.*\/metrics/);
});

test("is silent about doors that this node does not have", () => {
  const text = banner([], ["search"], "/srv/data").join("\n");

  expect(text).not.toMatch(/public|admin|demo/);
});

import { idFromName, newId } from "./ids.ts";

const dnsNamespace = "6ba7b810-9dad-11d1-80b4-00c04fd430c8";

test("an id made in a later millisecond sorts later", async () => {
  const ids: string[] = [];
  for (let i = 0; i < 20; i++) {
    ids.push(newId());
    await new Promise((resolve) => setTimeout(resolve, 2));
  }

  expect(ids.toSorted()).toEqual(ids);
});

test("no two ids are the same", () => {
  expect(new Set(Array.from({ length: 10_000 }, newId)).size).toBe(10_000);
});

test("derives the id that RFC 9562 gives for a name", () => {
  // The example of RFC 9562, appendix A.4.
  expect(idFromName(dnsNamespace, "www.example.com")).toBe("2ed6657d-e927-568b-95e1-2665a8aea6a2");
});

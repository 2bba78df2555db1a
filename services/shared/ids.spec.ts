import { idFromName, newId } from "./ids.ts";

const dnsNamespace = "6ba7b810-9dad-11d1-80b4-00c04fd430c8";

test("ids made later sort later", () => {
  const ids = Array.from({ length: 100 }, newId);

  expect(ids.toSorted()).toEqual(ids);
  expect(new Set(ids).size).toBe(100);
});

test("derives the id that RFC 9562 gives for a name", () => {
  // The example of RFC 9562, appendix A.4.
  expect(idFromName(dnsNamespace, "www.example.com")).toBe("2ed6657d-e927-568b-95e1-2665a8aea6a2");
});

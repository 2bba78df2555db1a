import { ended, type FamilyBody, hashOf, judged, read, rotated, tokenOf } from "./family.ts";

const key = "the server's key";
const device = "device-of-the-owner";
const id = "0192f3a0-7c1e-7b60-9d55-3a1c0f7e2b11";
const lifeMs = 1_000_000;
const graceMs = 30_000;

const born = (): FamilyBody => {
  const seed = { id, salt: "salt" };
  return {
    ...seed,
    account: id,
    device: hashOf(device),
    generation: 0,
    hash: hashOf(tokenOf(seed, 0, key)),
    used: [],
    amr: ["pwd"],
    signedInAt: 0,
    lastSeenAt: new Date(0).toISOString(),
    expiresAt: new Date(lifeMs).toISOString(),
  };
};
const judge = (family: FamilyBody, token: string, at = 0, by = device) => {
  const presented = read(token);
  if (!presented) return "unreadable";
  return judged(family, presented, by, { key, now: at, graceMs });
};
const next = (family: FamilyBody, now: number) => rotated(family, { key, now, lifeMs });

test("a token names its family and generation, and differs with key, salt and generation", () => {
  const token = tokenOf({ id, salt: "a" }, 36, key);

  expect(read(token)).toEqual({ family: id, generation: 36, token });
  expect(
    new Set([token, tokenOf({ id, salt: "b" }, 36, key), tokenOf({ id, salt: "a" }, 36, "k")]),
  ).toHaveProperty("size", 3);
  expect(read("brt_x")).toBeUndefined();
});

test("the living token is rotated, and lives on from then", () => {
  const family = born();
  const after = next(family, 500);

  expect(judge(family, tokenOf(family, 0, key))).toBe("rotate");
  expect(judge(after, tokenOf(after, 1, key), 600)).toBe("rotate");
  expect(after.expiresAt).toBe(new Date(500 + lifeMs).toISOString());
});

test("a used token gives its device the successor for a while, then ends the family", () => {
  const family = next(born(), 1_000);
  const used = tokenOf(family, 0, key);

  expect(judge(family, used, 1_000 + graceMs)).toBe("again");
  expect(judge(family, used, 1_001 + graceMs)).toBe("stolen");
  expect(judge(family, used, 1_000, "another-device-altogether")).toBe("stolen");
});

test("a token that comes late to two refreshes is within the grace of its own", () => {
  const family = next(next(born(), 1_000), 2_000);

  expect(judge(family, tokenOf(family, 0, key), 2_500)).toBe("again");
  expect(judge(family, tokenOf(family, 0, key), 1_001 + graceMs)).toBe("stolen");
});

test("the living token in the hands of another device ends the family", () => {
  expect(judge(born(), tokenOf(born(), 0, key), 0, "another-device-altogether")).toBe("stolen");
});

test("a forged token ends nothing: who knows an id cannot sign others out", () => {
  const family = next(born(), 0);

  expect(judge(family, tokenOf(family, 0, "another key"))).toBe("refused");
  expect(judge(family, tokenOf(family, 7, key))).toBe("refused");
});

test("ended, expired and acted-in families refuse every token", () => {
  const family = born();
  const token = tokenOf(family, 0, key);

  expect(judge(ended(family, "signed out", "now"), token)).toBe("refused");
  expect(judge(family, token, lifeMs)).toBe("refused");
  expect(judge({ ...family, actor: "support" }, token)).toBe("refused");
});

import type { Move } from "../../services/operations/move.contract.ts";
import { movePicture, moveReport } from "./moving.ts";

const plain = (_: unknown, text: string) => text;
const move: Move = {
  id: "0192f3a0-7c1e-7b60-9d55-3a1c0f7e2b11",
  kind: "restore",
  status: "done",
  stage: "end",
  done: 1,
  total: 1,
  collections: [
    {
      collection: "films",
      documents: 36_254,
      content: "19c4fdde8dbaec046eae",
      inserted: 36_254,
      kept: 0,
      refused: 0,
      same: 36_254,
      restored: "19c4fdde8dbaec046eae",
    },
  ],
  objects: { count: 3, bytes: 1_500_000, kept: 1 },
  size: 15_318_528,
  notes: ["Restart the nodes."],
  error: null,
  createdAt: "2026-01-01T00:00:00.000Z",
  updatedAt: "2026-01-01T00:00:00.000Z",
};

test("says of each collection what came, and that it is the same", () => {
  expect(moveReport(move, plain).split("\n")).toEqual([
    "Restore: done",
    expect.stringMatching(/^collection +documents +checksum +in the house +taken/),
    expect.stringMatching(/^films +36,254 +19c4fdde8dba +19c4fdde8dba +36,254 +0 +0 +36,254$/),
    "3 objects, 1.5 MB, 1 there before",
    "note:  Restart the nodes.",
  ]);
});

test("a backup has nothing to compare, and what failed says why", () => {
  const failed: Move = { ...move, kind: "backup", status: "failed", error: "The disk is full." };

  const text = moveReport(failed, plain);

  expect(text).toContain("Backup: failed\nThe disk is full.");
  expect(text).not.toContain("in the house");
});

test("shows how far a stage is, in what it counts", () => {
  const checking = movePicture({ ...move, stage: "check", done: 5_000_000, total: 20_000_000 });
  const loading = movePicture({ ...move, stage: "load", done: 100, total: 400 });

  expect([checking.fraction, checking.facts]).toEqual([0.25, ["5.0 MB of 20.0 MB"]]);
  expect([loading.fraction, loading.facts]).toEqual([0.25, ["100 of 400"]]);
});

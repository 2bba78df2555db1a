import {
  advanced,
  begun,
  cancelled,
  ended,
  queued,
  repeated,
  requeued,
  stored,
  tallied,
} from "./import.ts";
import { nothingFound } from "./import-findings.ts";
import { faultIn } from "./import-request.ts";
import { findingsOf, type ImportState, view } from "./import-state.ts";

const time = "2026-01-01T00:00:00.000Z";
const later = "2026-01-01T00:01:00.000Z";
const asked = {
  source: "wikipedia" as const,
  files: [{ name: "f", url: "https://example.org/f", object: "uploads/o" }],
  options: { state: "published" as const, dryRun: false },
};
const schedule = { cron: "0 3 * * *", timeZone: "Europe/Moscow" };
const step = {
  position: 10,
  rejected: 2,
  rejectBytes: 99,
  bytesRead: 1000,
  findings: { ...nothingFound(), nulls: { year: 1 }, duplicates: 1 },
};
const running = () => begun(queued("i", asked), time);

test("a batch moves the checkpoint and every count together", () => {
  const results = [
    { outcome: "loaded" as const, near: 2 },
    { outcome: "merged" as const, near: 0 },
    { outcome: "unchanged" as const, near: 0 },
  ];

  const once = advanced(running(), step, tallied(results));
  const twice = advanced(once, { ...step, position: 20, bytesRead: 500 }, tallied(results));

  expect(once).toMatchObject({ rows: 5, loaded: 1, merged: 1, unchanged: 1, rejected: 2 });
  expect(twice).toMatchObject({
    rows: 10,
    rejected: 4,
    position: 20,
    rejectBytes: 99,
    bytesRead: 1000,
  });
  expect(findingsOf(twice)).toEqual({
    ...nothingFound(),
    nulls: { year: 2 },
    duplicates: 2,
    near: 2,
  });
});

test("goes on from its checkpoint; a rehearsal from the beginning", () => {
  const failed = ended(advanced(running(), step, tallied([])), "failed", later, "why");
  const rehearsal: ImportState = { ...failed, options: JSON.stringify({ dryRun: true }) };

  expect(begun(requeued(failed), later)).toMatchObject({
    status: "running",
    position: 10,
    rejected: 2,
    startedAt: time,
  });
  expect(begun(requeued(failed), later).error).toBeUndefined();
  expect(begun(requeued(rehearsal), later)).toMatchObject({ position: 0, rows: 0, rejectBytes: 0 });
});

test("a failure says what stays", () => {
  const some = advanced(running(), step, tallied([{ outcome: "loaded", near: 0 }]));

  expect(ended(some, "failed", later, "Why.").error).toBe(
    "Why. What was loaded before stays: 1 of 3 rows read.",
  );
  expect(ended(running(), "failed", later, "Why.").error).toBe("Why. Nothing was loaded.");
});

test("a scheduled import is repeated from its addresses, and no more once cancelled", () => {
  const first = queued("i", { ...asked, schedule });

  expect(repeated("j", first)).toMatchObject({
    id: "j",
    repeats: "i",
    status: "queued",
    files: [{ name: "f", url: "https://example.org/f" }],
  });
  expect(repeated("j", first).schedule).toBeUndefined();
  expect(repeated("j", first).files[0]).not.toHaveProperty("object");
  expect(cancelled(first, later).scheduled).toBeUndefined();
});

test("is shown with what is not known as null", () => {
  const document = { ...stored(running(), 3, later), version: 1, createdAt: time, updatedAt: time };

  expect(view({ ...document, schedule })).toMatchObject({
    stage: "index",
    storedAt: later,
    endedAt: null,
    error: null,
    bytesTotal: null,
    schedule: "0 3 * * * Europe/Moscow",
    quality: { orphans: 3 },
    options: asked.options,
  });
  expect(view(document)).not.toHaveProperty("position");
});

test("a good request has no fault; a schedule needs addresses", () => {
  const files = [{ name: "f", url: "https://example.org/f" }];

  expect(faultIn({ ...asked, files, schedule })).toBeUndefined();
  expect(faultIn({ ...asked, files: [{ name: "f", object: "uploads/o" }], schedule })).toMatch(
    /read once/,
  );
  expect(faultIn(asked)).toMatch(/f needs either an object/);
});

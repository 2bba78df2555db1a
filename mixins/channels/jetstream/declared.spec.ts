import { consumerOf, differences, streamOf } from "./declared.ts";

const rule = {
  name: "bijou_films_changed_v1",
  subjects: ["bijou.channel.films_changed_v1.*"],
  about: "films.changed.v1",
  replicas: 1,
  days: 7,
};
const reader = { name: "search", ackWaitMs: 30_000, atOnce: 100 };

test("finds nothing to change in what it declared, whatever the server adds", () => {
  const declared = streamOf({ ...rule, metadata: { channel: "films.changed.v1" } });
  const found = {
    ...declared,
    allow_direct: true,
    metadata: { channel: "films.changed.v1", "_nats.level": "2" },
  };

  expect(differences(declared, found)).toEqual([]);
});

test("mends age and replicas in place", () => {
  const found = streamOf({ ...rule, days: 1, replicas: 3 });

  expect(differences(streamOf(rule), found)).toMatchObject([
    { field: "num_replicas", found: 3, declared: 1, way: "mend" },
    { field: "max_age", way: "mend" },
  ]);
});

test("tells of a storage that cannot be changed", () => {
  const found = { ...streamOf(rule), storage: "memory" };

  expect(differences(streamOf(rule), found)).toMatchObject([{ field: "storage", way: "tell" }]);
});

test("leaves a group where it stands, wherever it began", () => {
  const found = consumerOf(reader, { sequence: 7 });

  expect(differences(consumerOf(reader), found)).toMatchObject([
    { field: "deliver_policy", way: "keep" },
  ]);
});

test("makes a consumer anew that acknowledges in another way", () => {
  const found = { ...consumerOf(reader), ack_policy: "none" };

  expect(differences(consumerOf(reader), found)).toMatchObject([
    { field: "ack_policy", way: "renew" },
  ]);
});

test("begins a new group at a sequence or a time where that is asked for", () => {
  expect(consumerOf(reader, { sequence: 0 })).toMatchObject({ opt_start_seq: 1 });
  expect(consumerOf(reader, { time: "2026-01-02T03:04:05+02:00" })).toMatchObject({
    deliver_policy: "by_start_time",
    opt_start_time: "2026-01-02T01:04:05.000Z",
  });
});

import { gzipSync } from "node:zlib";
import * as imports from "../../services/imports/imports.contract.ts";
import { call } from "../../services/shared/wire.ts";
import {
  type Content,
  closeHouses,
  counts,
  ended,
  filmLine,
  filmLines,
  openHouse,
  rejectsOf,
  run,
  spool,
} from "./house.ts";

afterEach(closeHouses);

/** A line of many megabytes, made as it is read. */
function* longLine(megabytes: number): Iterable<Buffer> {
  yield Buffer.from('{"title":"');
  for (let made = 0; made < megabytes; made++) yield Buffer.alloc(1024 * 1024, "x");
  yield Buffer.from('"}\n');
}

describe("a file that cannot be read ends the import with one sentence", () => {
  const table = { mapping: { dataset: "t", key: "id", fields: { title: "name" } } };
  const cases: [string, Parameters<typeof run>[1], Content, RegExp, object?][] = [
    ["empty", "wikipedia", "", /^films: it is empty\. Send a file that has rows\./],
    ["a PDF", "wikipedia", "%PDF-1.7 …", /it is a PDF document\. Unpack it/],
    ["a ZIP archive", "wikipedia", "PK\u0003\u0004rest", /it is a ZIP archive\. Unpack it/],
    ["a table", "wikipedia", "a,b\n1,2\n", /it begins with "a,b", which is not JSON/],
    [
      "other JSON",
      "wikipedia",
      '{"a":1}\n{"a":2}\n',
      /none of its first 2 rows.*Line 1: it has no title/,
    ],
    ["an array cut short", "wikipedia", `[${filmLine(1)},`, /it is cut short: the JSON array/],
    ["a table without rows", "table", "id,name\n", /it has no rows/, table],
    [
      "a table without the column",
      "table",
      "id,title\n1,A\n",
      /no column "name"\. It has: id, title/,
      table,
    ],
    [
      "movies without their file",
      "movielens",
      "movieId,imdbId,tmdbId\n1,2,3\n",
      /the file of movies is missing/,
    ],
    [
      "an unknown header",
      "movielens",
      "a,b\n1,2\n",
      /its header "a, b" is none of those known: movies \(/,
    ],
    [
      "another source's file",
      "imdb",
      "movieId,title,genres\n1,A,B\n",
      /is none of those known: ratings/,
    ],
  ];

  test.each(cases)("%s", async (_, source, content, sentence, options = {}) => {
    const house = await openHouse();

    const failed = await run(house, source, { films: content }, options);

    expect(failed.status).toBe("failed");
    expect(failed.error).toMatch(sentence);
    expect(failed.error).toMatch(/Nothing was loaded\.$/);
    expect(house.films.kept.size).toBe(0);
  });

  test("an object that is gone", async () => {
    const house = await openHouse();
    const [file] = await spool(house, { films: filmLines(1, 3) });
    house.films.beforeBatch = () => {
      throw Object.assign(new Error("away"), { code: 422 });
    };
    const first = await call(house.broker, imports.start, {
      source: "wikipedia",
      files: [file ?? { name: "" }],
    });
    expect((await ended(house, first)).status).toBe("failed");
    await house.objects.remove(file?.object ?? "");

    await call(house.broker, imports.resume, { id: first.id });

    expect((await ended(house, first)).error).toMatch(
      /films: it is not in the store \(any more\)\. Send it again/,
    );
  });

  test("gzip that is cut short keeps what was loaded before, and says so", async () => {
    const house = await openHouse();
    const packed = gzipSync(filmLines(1, 30_000));

    const failed = await run(house, "wikipedia", { films: packed.subarray(0, packed.length / 2) });

    expect(failed.error).toMatch(
      /^films: it is cut short: the gzip data ends early\. Send the whole/,
    );
    expect(failed.error).toContain(`stays: ${failed.loaded} of ${failed.rows} rows`);
    expect(failed.loaded).toBeGreaterThan(1_000);
    expect(house.films.kept.size).toBe(failed.loaded);
  });

  test("gzip that is damaged", async () => {
    const house = await openHouse();
    const packed = gzipSync(filmLines(1, 2_000));
    packed.fill(0xff, 100, 200);

    const failed = await run(house, "wikipedia", { films: packed });

    expect(failed.error).toMatch(/its gzip data is damaged\. Send the file again/);
  });
});

describe("a row that cannot be taken is rejected with its line", () => {
  test("a line of 100 MB, invalid UTF-8 and what is no film, and the rest is loaded", async () => {
    const house = await openHouse();
    function* bytes(): Iterable<Buffer> {
      yield Buffer.from(`\ufeff${filmLine(1)}\r\n\r\n`);
      yield* longLine(100);
      yield Buffer.concat([
        Buffer.from('{"title":"'),
        Buffer.from([0xc3, 0x28]),
        Buffer.from('"}\n'),
      ]);
      yield Buffer.from(`not json\n[1]\n{"title":7}\n${filmLine(2)}`);
    }

    const done = await run(house, "wikipedia", { films: bytes() });

    expect(counts(done)).toEqual({ rows: 7, loaded: 2, merged: 0, unchanged: 0, rejected: 5 });
    const rejects = await rejectsOf(house, done);
    expect(rejects.map(({ line, reason }) => `${line}: ${reason}`)).toEqual([
      "3: longer than 1048576 bytes",
      "4: not valid UTF-8",
      expect.stringMatching(/^5: not JSON: /),
      "6: not a JSON object",
      "7: it has no title",
    ]);
    expect(rejects.at(-1)?.row).toEqual({ title: 7 });
    expect(house.films.film("Film 2").year).toBe(1952);
  });

  test("rows of a table with a missing column, a stray quote and an empty key", async () => {
    const house = await openHouse();
    const table =
      'id,name,year\r\n1,"Two\nlines",1999\r\n2,Short\r\n3,"a"b,1\r\n,None,1990\r\n4,"Say ""hi""",2001\r\n';

    const done = await run(
      house,
      "table",
      { "films.csv": table },
      { mapping: { dataset: "t", key: "id", fields: { title: "name", year: "year" } } },
    );

    expect(counts(done)).toMatchObject({ loaded: 2, rejected: 3 });
    const rejects = await rejectsOf(house, done);
    expect(rejects.map(({ line, reason }) => `${line}: ${reason.split(":")[0]}`)).toEqual([
      "4: 2 columns, the header has 3",
      "5: not CSV",
      "6: its key (id) is empty",
    ]);
    expect(house.films.film("Two lines").year).toBe(1999);
    expect(house.films.film('Say "hi"').year).toBe(2001);
  });
});

describe("what is asked wrongly is refused at once", () => {
  const file = { name: "f", url: "https://example.org/f" };
  const cases: [string, object, RegExp][] = [
    [
      "an object that was never received",
      { files: [{ name: "f", object: "uploads/none" }] },
      /f is not in the store/,
    ],
    [
      "an object that is no upload",
      { files: [{ name: "f", object: "imports/a/rejects.ndjson" }] },
      /f names an object that is no upload\. Send the file itself/,
    ],
    ["a file without object and address", { files: [{ name: "f" }] }, /f needs either/],
    ["a table without a mapping", { source: "table" }, /needs a mapping/],
    [
      "a mapping for another source",
      { options: { mapping: { dataset: "t", key: "a", fields: { title: "b" } } } },
      /is for tables/,
    ],
    [
      "a field that films have not",
      { source: "table", options: { mapping: { dataset: "t", key: "a", fields: { tilte: "b" } } } },
      /"tilte"/,
    ],
    ["options of imdb elsewhere", { options: { minVotes: 5 } }, /for imdb only/],
    [
      "a schedule that is none",
      { schedule: { cron: "often", timeZone: "UTC" } },
      /"often" is no cron/,
    ],
    [
      "a time zone that is none",
      { schedule: { cron: "0 3 * * *", timeZone: "Moscow" } },
      /no time zone "Moscow"/,
    ],
    [
      "a day that never comes",
      { schedule: { cron: "0 0 30 2 *", timeZone: "UTC" } },
      /never comes/,
    ],
    [
      "an upload on a schedule",
      {
        files: [{ name: "f", object: "uploads/x" }],
        schedule: { cron: "0 3 * * *", timeZone: "UTC" },
      },
      /an upload is read once/,
    ],
  ];

  test.each(cases)("%s", async (_, asked, sentence) => {
    const house = await openHouse();

    const started = call(house.broker, imports.start, {
      source: "wikipedia",
      files: [file],
      ...asked,
    });

    await expect(started).rejects.toMatchObject({ type: "IMPORT_SOURCE_INVALID", code: 422 });
    await expect(started).rejects.toThrow(sentence);
  });

  test.each([
    ["none", undefined],
    ["one that is no name", "Vega Movies!"],
  ])("a mapping whose data set is named by %s", async (_, dataset) => {
    const house = await openHouse();
    const mapping = { ...(dataset ? { dataset } : {}), key: "a", fields: { title: "b" } };

    const started = house.broker.call("imports.start", {
      source: "table",
      files: [file],
      options: { mapping },
    });

    await expect(started).rejects.toThrow(
      /options\.mapping\.dataset: a short name of the data set/,
    );
  });

  test("a half upload", async () => {
    const house = await openHouse();
    const [file] = await spool(house, { films: "half" });

    const received = call(house.broker, imports.receive, {
      name: "films",
      object: file?.object ?? "",
      size: 8,
      sha256: "0",
    });

    await expect(received).rejects.toThrow(/films came in part: 4 of 8\. Send it again/);
  });
});

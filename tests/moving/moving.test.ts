/** A house moves into another: everything is there, and a broken archive changes nothing. */
import { execFileSync } from "node:child_process";
import { open, readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Move } from "../../services/operations/move.contract.ts";
import { asked, closeAll, fill, folderFor, type Moving, openHouse } from "./houses.ts";

let old: Moving;
let file: string;
let made: Move;

beforeAll(async () => {
  old = await openHouse();
  await fill(old);
  file = join(await folderFor("archive"), "house.tar");
  const { code, stdout, json } = await old.bijou("backup", file);
  if (code !== 0) throw new Error(stdout);
  made = json();
}, 60_000);
afterAll(closeAll, 60_000);

const documentsIn = ({ collections }: Move) =>
  Object.fromEntries(collections.map(({ collection, documents }) => [collection, documents]));

describe("a backup", () => {
  test("has all collections but those that stay, and the objects", () => {
    expect(made).toMatchObject({ kind: "backup", status: "done", error: null });
    expect(documentsIn(made)).toMatchObject({ films: 250, imports: 1, accounts: 1 });
    expect(Object.keys(documentsIn(made))).not.toEqual(expect.arrayContaining(["keys", "moves"]));
    expect(made.objects.count).toBeGreaterThanOrEqual(1);
  });

  test("is a tar file whose checksums anybody can compare", async () => {
    const folder = await folderFor("extracted");
    execFileSync("tar", ["-xf", file, "-C", folder]);

    const said = execFileSync("sha256sum", ["-c", "--quiet", "checksums.sha256"], { cwd: folder });
    const films = execFileSync("gunzip", ["-c", join(folder, "documents/films.ndjson.gz")]);

    expect(String(said)).toBe("");
    expect(String(films).trim().split("\n")).toHaveLength(250);
    expect((await readFile(file)).length).toBe(made.size);
  });

  test("takes the place of no file", async () => {
    const before = await readFile(file);

    expect((await old.bijou("backup", file)).code).toBe(2);

    expect(await readFile(file)).toEqual(before);
  });

  test("holds no secret of the house", async () => {
    const bytes = await readFile(file);

    expect(bytes.includes(old.token)).toBe(false);
  });

  test("leaves nothing of its own among the objects", async () => {
    const again = await old.bijou("backup", join(await folderFor("again"), "house.tar"));
    const left = await readdir(join(old.folder, "objects"), { recursive: true });

    expect(again.json().objects).toEqual(made.objects);
    expect(left.filter((name) => name.includes("~json") && name.includes("moves"))).toEqual([]);
  });
});

describe("a restore", () => {
  test("into an empty house ends with the same documents, which can be found", async () => {
    const next = await openHouse();

    const { code, json } = await next.bijou("restore", file);
    const done: Move = json();

    expect([code, done.status, done.error]).toEqual([0, "done", null]);
    expect(done.collections.map(({ restored }) => restored)).toEqual(
      done.collections.map(({ content }) => content),
    );
    expect(documentsIn(done)).toEqual(documentsIn(made));
    expect(done.notes.join()).toContain("secrets");
    const search = "/v1/search?q=фильм%2017";
    const found = await asked<{ total: number }>(next, "GET", search);
    expect(found.json.total).toBeGreaterThan(0);
    const back = await next.bijou("backup", join(await folderFor("back"), "house.tar"));
    expect(back.json().collections).toEqual(made.collections);
    expect(back.json().objects).toEqual(made.objects);

    const full = await next.bijou("restore", file);
    expect(full.code).toBe(1);
    expect(full.json().error).toMatch(/not empty: .*films.*--merge/);

    const merged = await next.bijou("restore", file, "--merge");
    expect(merged.code).toBe(0);
    for (const { documents, kept, inserted, same } of (merged.json() as Move).collections) {
      expect([kept, inserted, same]).toEqual([documents, 0, documents]);
    }
    await next.close();
  });

  test.each<[string, (bytes: Buffer) => Buffer, RegExp]>([
    ["is no archive", () => Buffer.from("x".repeat(5_000)), /no backup of a house/],
    ["is cut off", (bytes) => bytes.subarray(0, bytes.length - 5_000), /it has \d+ bytes of \d+/],
    [
      "has one other bit",
      (bytes) => {
        const at = bytes.indexOf("documents/films") + 1_000;
        const changed = Buffer.from(bytes);
        changed[at] = (changed[at] ?? 0) ^ 1;
        return changed;
      },
      /is not as it was/,
    ],
    [
      "is of a newer house",
      (bytes) =>
        Buffer.from(bytes.toString("latin1").replace('"format":1', '"format":9'), "latin1"),
      /newer Bijou \(format 9/,
    ],
  ])("of a file that %s is refused, and changes nothing", async (_, change, text) => {
    const next = await openHouse();
    const broken = join(await folderFor("broken"), "house.tar");
    await writeFile(broken, change(await readFile(file)));

    const { code, json } = await next.bijou("restore", broken);
    const { items } = (await asked<{ items: unknown[] }>(next, "GET", "/v1/films?limit=1")).json;

    expect([code, json().status, items]).toEqual([1, "failed", []]);
    expect(json().error).toMatch(text);
    await next.close();
  });

  test("of a file that is not there is refused before anything is sent", async () => {
    const { code, json } = await old.bijou("restore", "none.tar");

    expect([code, json().error.type]).toEqual([2, "USAGE"]);
  });
});

test("only who has the operator token, or an admin, may move the house", async () => {
  for (const [method, path] of [
    ["POST", "/v1/backups"],
    ["POST", "/v1/restores"],
  ] as const) {
    const answer = await fetch(`${old.adminUrl}${path}`, { method });
    expect(answer.status).toBe(401);
    expect((await fetch(`${old.publicUrl}${path}`, { method })).status).toBe(404);
  }
});

test("a house that is killed in the middle says so, and takes the archive when it is asked again", async () => {
  const folder = await folderFor("killed");
  const first = await openHouse({}, folder);
  const bytes = await open(file);
  const upload = await fetch(`${first.adminUrl}/v1/restores`, {
    method: "POST",
    headers: {
      authorization: `Bearer ${first.token}`,
      "content-type": "application/octet-stream",
    },
    body: await bytes.readFile(),
  });
  await bytes.close();
  const { id } = (await upload.json()) as Move;
  for (;;) {
    const { json } = await asked<Move>(first, "GET", `/v1/moves/${id}`);
    if (!["check"].includes(json.stage)) break;
  }
  first.child.kill("SIGKILL");
  const second = await openHouse({}, folder);

  const again = await second.bijou("restore", file, "--merge");

  expect(again.json().error ?? null).toBeNull();
  expect(again.code).toBe(0);
  for (const { documents, same } of (again.json() as Move).collections) {
    expect(same).toBe(documents);
  }
  await second.close();
});

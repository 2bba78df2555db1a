/** Addresses of objects that the house serves by itself. */
import { randomBytes } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { DirectoryStore } from "../../mixins/objects/directory.ts";
import { ObjectStoreError } from "../../mixins/objects/errors.ts";
import type { ObjectStore } from "../../mixins/objects/port.ts";
import { ticketing } from "../../mixins/objects/tickets.ts";
import { clock } from "../../services/shared/clock.ts";
import { read, text } from "../objects/kit.ts";
import { askAt, closeHouses, openHouse } from "./house.ts";

const secret = "a secret of the tests";
const folder = await mkdtemp(join(tmpdir(), "bijou-addresses-"));
const objects = await DirectoryStore.open(folder, { signing: { secret, door: "http://house/" } });
const tickets = ticketing(secret, clock.now);
const { server } = await openHouse({ objects, tickets });
const ask = askAt(server);

afterEach(() => clock.set());
afterAll(async () => {
  await closeHouses();
  await rm(folder, { recursive: true });
});

const path = (url: string) => url.replace("http://house", "");
const get = async (key: string, name?: string) =>
  path((await objects.urlFor(key, { method: "GET", seconds: 60, ...(name ? { name } : {}) })).url);
const putAddress = (key: string, size: number, contentType = "text/plain") =>
  objects.urlFor(key, { method: "PUT", seconds: 60, size, contentType });

test("give the bytes to whoever has them, of their type, a part too", async () => {
  await objects.put("films/1", text("0123456789"), { contentType: "text/plain" });
  const at = await get("films/1", "Ы.txt");

  const all = await ask(at);
  const part = await ask(at, { headers: { range: "bytes=2-4" } });
  const head = await ask(at, { method: "HEAD" });
  const plain = await ask(await get("films/1"));

  expect(all).toMatchObject({ status: 200, text: "0123456789" });
  expect(all.headers["content-type"]).toBe("text/plain");
  expect(all.headers["content-disposition"]).toContain("filename*=UTF-8''");
  expect(part).toMatchObject({ status: 206, text: "234" });
  expect([head.status, head.headers["content-length"]]).toEqual([200, "10"]);
  expect(plain.headers["content-disposition"]).toBeUndefined();
});

test("take exactly the bytes that were said, of that type", async () => {
  const bytes = randomBytes(100_000);
  const { url, headers } = await putAddress("films/2", bytes.length, "video/mp4");
  const put = (body: Buffer, type = "video/mp4") =>
    ask(path(url), { method: "PUT", headers: { "content-type": type }, body });

  const refused = [
    await put(Buffer.concat([bytes, bytes])),
    await put(bytes.subarray(1)),
    await put(bytes, "text/html"),
  ];
  const before = await objects.list("films/2");
  const taken = await put(bytes);

  expect(headers).toEqual({ "content-type": "video/mp4" });
  expect(refused.map(({ status }) => status)).toEqual([413, 400, 415]);
  expect(before).toEqual([]);
  expect(taken).toMatchObject({ status: 200, json: { size: 100_000 } });
  expect((await read(objects, "films/2")).equals(bytes)).toBe(true);
  expect(await objects.head("films/2")).toMatchObject({ contentType: "video/mp4" });
});

test("are good for nothing else: not changed, not too late, not for another verb or object", async () => {
  await objects.put("films/3", Readable.from([Buffer.from("x")]));
  const at = await get("films/3");
  const { url } = await putAddress("films/3", 1);
  const plain = { "content-type": "text/plain" };
  const refused = async (asked: ReturnType<typeof ask>) => {
    const { status, json } = await asked;
    return [status, json.type];
  };
  const no = [403, "/problems/TICKET_REFUSED"];

  expect(await refused(ask(`${at}x`))).toEqual(no);
  expect(await refused(ask(at.replace("ticket=e", "ticket=f")))).toEqual(no);
  expect(await refused(ask(path(url)))).toEqual(no);
  expect(await refused(ask(at, { method: "PUT", headers: plain, body: "x" }))).toEqual(no);
  clock.set(Date.now() + 61_000);
  expect(await refused(ask(at))).toEqual(no);
  clock.set();
  expect(await refused(ask("/v1/objects"))).toEqual([422, "/problems/PARAMS_INVALID"]);
  expect(await refused(ask(await get("films/none")))).toEqual([404, "/problems/PATH_UNKNOWN"]);
});

test("are served at the public door alone, and only where the house gives them out", async () => {
  await objects.put("films/4", text("x"));
  const at = await get("films/4");
  const other = await openHouse({ objects, tickets, door: "admin" });
  const without = await openHouse({ objects });

  expect((await askAt(other.server)(at)).status).toBe(404);
  expect((await askAt(without.server)(at)).status).toBe(403);
});

test("a store that is away is 503 to whoever reads or writes, a full one says so", async () => {
  const fails = (code: "STORAGE_UNAVAILABLE" | "STORAGE_FULL") => () =>
    Promise.reject(new ObjectStoreError(code, "There is no space left."));
  const broken = (code: "STORAGE_UNAVAILABLE" | "STORAGE_FULL"): ObjectStore =>
    Object.assign(Object.create(objects), { head: fails(code), put: fails(code) });
  const { url } = await putAddress("films/5", 1);
  const put = { method: "PUT", headers: { "content-type": "text/plain" }, body: "x" };

  const away = await openHouse({ objects: broken("STORAGE_UNAVAILABLE"), tickets });
  const full = await openHouse({ objects: broken("STORAGE_FULL"), tickets });

  const reading = await askAt(away.server)(await get("films/5"));
  const writing = await askAt(away.server)(path(url), put);
  const refused = await askAt(full.server)(path(url), put);
  expect([reading.status, writing.status, refused.status]).toEqual([503, 503, 507]);
  expect(reading.headers["retry-after"]).toBeDefined();
  expect(refused.json.detail).toContain("There is no space left.");
});

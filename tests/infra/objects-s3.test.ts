/** Objects on the real S3 server of S3_*, and what only such a server can do to us. */
import { spawn } from "node:child_process";
import { randomBytes, randomUUID } from "node:crypto";
import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Socket } from "node:net";
import { Readable } from "node:stream";
import { fileURLToPath } from "node:url";
import {
  CreateMultipartUploadCommand,
  DeleteBucketCommand,
  DeleteObjectCommand,
  ListMultipartUploadsCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  S3Client,
} from "@aws-sdk/client-s3";
import { S3Store } from "../../mixins/objects/s3.ts";
import type { S3Settings } from "../../mixins/objects/s3-line.ts";
import { clock } from "../../services/shared/clock.ts";
import { until } from "../house/soon.ts";
import { objectsContract } from "../objects/contract.ts";
import { read, text } from "../objects/kit.ts";
import { ownPrefix } from "./engine-urls.ts";

const child = fileURLToPath(new URL("./put.child.ts", import.meta.url));

/** The bucket as it is, past the store. */
function bucketOf({ endpoint, region, accessKey, secretKey, bucket, prefix = "" }: S3Settings) {
  const credentials = { accessKeyId: accessKey, secretAccessKey: secretKey };
  const client = new S3Client({ endpoint, region, credentials, forcePathStyle: true });
  const at = { Bucket: bucket, Prefix: prefix };
  const names = async () => {
    const { Contents = [] } = await client.send(new ListObjectsV2Command(at));
    return Contents.map(({ Key = "" }) => Key.slice(prefix.length));
  };
  return {
    names,
    async uploads() {
      const { Uploads = [] } = await client.send(new ListMultipartUploadsCommand(at));
      return Uploads.filter(({ Key }) => Key?.startsWith(prefix)).length;
    },
    begin: (name: string) =>
      client.send(new CreateMultipartUploadCommand({ Bucket: bucket, Key: prefix + name })),
    put: (name: string, Body: string) =>
      client.send(new PutObjectCommand({ Bucket: bucket, Key: prefix + name, Body })),
    async close() {
      for (let left = await names(); left.length > 0; left = await names()) {
        for (const name of left) {
          await client.send(new DeleteObjectCommand({ Bucket: bucket, Key: prefix + name }));
        }
      }
      if (prefix === "") await client.send(new DeleteBucketCommand({ Bucket: bucket }));
      client.destroy();
    },
  };
}

/** Between the store and its server: can hang. */
async function openLine(to: URL) {
  const sockets = new Set<Socket>();
  const server = createServer((near) => {
    const far = connect(Number(to.port), to.hostname);
    sockets.add(near).add(far);
    near.on("error", () => far.destroy()).on("close", () => far.destroy());
    far.on("error", () => near.destroy()).on("close", () => near.destroy());
    near.pipe(far);
    far.pipe(near);
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const each = (what: (socket: Socket) => void) => () => {
    for (const socket of sockets) what(socket);
  };
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    hang: each((socket) => socket.unpipe()),
    goOn: each((socket) => socket.resume()),
    close: async () => {
      each((socket) => socket.destroy())();
      server.close();
    },
  };
}

/** A store of its own place, and the bucket behind it; closed after the test. */
const opened: (() => Promise<void>)[] = [];
async function open(more: Partial<S3Settings> = {}) {
  const own = { ...ownPrefix(), ...more };
  const store = await S3Store.open(own);
  const bucket = bucketOf(own);
  opened.push(async () => {
    store.close();
    await bucket.close();
  });
  return { store, bucket, own };
}
afterEach(async () => {
  clock.set();
  for (const close of opened.splice(0)) await close();
});

objectsContract("a bucket", async () => {
  const { store } = await open();
  return { store, close: async () => {} };
});

const mebi = 1024 ** 2;
const small = { partBytes: 5 * mebi, copyBytes: 5 * mebi };

describe("large bodies", () => {
  async function* body(bytes: Buffer, fails = false) {
    for (let at = 0; at < bytes.length; at += 300_000) yield bytes.subarray(at, at + 300_000);
    if (fails) throw new Error("the line went dead");
  }

  test.each([
    ["copied at once", { partBytes: 5 * mebi }],
    ["copied in parts", small],
  ])("arrive whole, %s, and leave nothing beside", async (_, how) => {
    const { store, bucket } = await open(how);
    const bytes = randomBytes(12 * mebi);

    const info = await store.put("film", body(bytes), { contentType: "video/mp4" });

    expect((await read(store, "film")).equals(bytes)).toBe(true);
    expect(await store.head("film")).toEqual(info);
    expect(info).toMatchObject({ size: 12 * mebi, contentType: "video/mp4" });
    expect([await bucket.names(), await bucket.uploads()]).toEqual([["film!"], 0]);
  });

  test("that fail or are too large leave no part behind", async () => {
    const { store, bucket } = await open(small);
    const bytes = randomBytes(12 * mebi);

    await expect(store.put("film", body(bytes, true))).rejects.toThrow("the line went dead");
    await expect(store.put("film", body(bytes), { maxBytes: 11 * mebi })).rejects.toMatchObject({
      code: "OBJECT_TOO_LARGE",
    });

    expect([await bucket.names(), await bucket.uploads()]).toEqual([[], 0]);
  });

  test("cut off by kill -9 are swept when a day old, and not before", async () => {
    const { store, bucket, own } = await open(small);
    const env = { PATH: process.env.PATH, SETTINGS: JSON.stringify(own) };
    const running = spawn(process.execPath, [child], { env, stdio: ["ignore", "pipe", "inherit"] });
    running.stdout.setEncoding("utf8");
    let said = "";
    running.stdout.on("data", (part) => {
      said += part;
    });
    const isBegun = async () => said.split("\n").length > 8 && (await bucket.uploads()) === 1;
    await until(isBegun, "it sends in parts");
    running.kill("SIGKILL");
    await once(running, "close");

    const left = await bucket.uploads();
    const young = await store.sweep();
    clock.set(Date.now() + 90_000_000);
    const old = await store.sweep();

    expect([left, young, old, await bucket.uploads()]).toEqual([1, 0, 1, 0]);
    expect(await store.list("")).toEqual([]);
  });

  test("that were not copied to their place are swept too, objects never", async () => {
    const { store, bucket } = await open();
    await bucket.put("~work/left", "left");
    await store.put("film", text("whole"));

    clock.set(Date.now() + 90_000_000);
    const swept = await store.sweep();

    expect([swept, await bucket.names()]).toEqual([1, ["film!"]]);
  });
});

describe("addresses", () => {
  const put = (url: string, body: string, type: string) =>
    fetch(url, { method: "PUT", body, headers: { "content-type": type } });

  test("give the bytes to whoever has them, a part too, and nothing else", async () => {
    const { store } = await open();
    await store.put("films/1", text("0123456789"), { contentType: "text/plain" });

    const { url } = await store.urlFor("films/1", { method: "GET", seconds: 60, name: "Ы.txt" });
    const all = await fetch(url);
    const part = await fetch(url, { headers: { range: "bytes=2-4" } });
    const other = await fetch(url.replace("films/1", "films/2"));

    expect([all.status, await all.text()]).toEqual([200, "0123456789"]);
    expect(all.headers.get("content-type")).toBe("text/plain");
    expect(all.headers.get("content-disposition")).toContain("filename*=UTF-8''");
    expect([part.status, await part.text()]).toEqual([206, "234"]);
    expect([other.status, (await put(url, "x", "text/plain")).status]).toEqual([403, 403]);
  });

  test("take the bytes that were said, of their type; these get their hash when asked for", async () => {
    const { store } = await open();
    const access = { method: "PUT", seconds: 60, size: 5, contentType: "text/plain" } as const;

    const { url, headers } = await store.urlFor("films/1", access);
    const refused = [await put(url, "123456", "text/plain"), await put(url, "12345", "text/html")];
    const taken = await put(url, "12345", "text/plain");

    expect(headers).toEqual({ "content-type": "text/plain" });
    expect([...refused.map(({ status }) => status), taken.status]).toEqual([403, 403, 200]);
    const [listed] = await store.list("films/");
    expect(listed).toMatchObject({
      ...{ key: "films/1", size: 5, contentType: "text/plain" },
      sha256: "5994471abb01112afcc18159f6cc74b4f511b99806da59b3caf5a9c173cacfc5",
    });
    expect(await store.head("films/1")).toEqual(listed);
    expect(String(await read(store, "films/1"))).toBe("12345");
  });
});

describe("the server", () => {
  test("that is away is said with its address and what to do, and the store opens all the same", async () => {
    const endpoint = "http://127.0.0.1:9";
    const warnings: unknown[] = [];

    const store = await S3Store.open(
      { ...ownPrefix(), endpoint, patienceMs: 300 },
      { warn: (error) => warnings.push(error) },
    );
    const error = await store.head("film").catch((refused: unknown) => refused);
    store.close();

    expect(warnings).toHaveLength(1);
    expect(error).toMatchObject({ code: "STORAGE_UNAVAILABLE" });
    expect(String(error)).toContain(endpoint);
    expect(String(error)).toContain("S3_ENDPOINT");
  });

  test("that refuses the keys ends the start with what to correct", async () => {
    await expect(S3Store.open({ ...ownPrefix(), secretKey: "wrong" })).rejects.toThrow(
      /S3_ACCESS_KEY and S3_SECRET_KEY/,
    );
  });

  test("makes a bucket that is missing", async () => {
    const bucket = `bijou-test-${randomUUID()}`;

    const { store } = await open({ bucket, prefix: "" });
    await store.put("film", text("whole"));

    expect(await store.list("")).toHaveLength(1);
  });

  test("that hangs is away: nothing waits for it for longer than was said", async () => {
    const hanging = createServer(() => {}).listen(0, "127.0.0.1");
    await once(hanging, "listening");
    const { port } = hanging.address() as AddressInfo;
    const endpoint = `http://127.0.0.1:${port}`;
    const how = { ...ownPrefix(), endpoint, patienceMs: 200, partBytes: 5 * mebi };
    const store = await S3Store.open(how, { sweep: false });
    const away = { code: "STORAGE_UNAVAILABLE" };

    await expect(store.head("film")).rejects.toMatchObject(away);
    await expect(store.get("film")).rejects.toMatchObject(away);
    await expect(store.list("")).rejects.toMatchObject(away);
    await expect(store.remove("film")).rejects.toMatchObject(away);
    await expect(store.put("film", text("small"))).rejects.toMatchObject(away);
    const large = Readable.from([Buffer.alloc(6 * mebi)]);
    await expect(store.put("film", large)).rejects.toMatchObject(away);

    store.close();
    hanging.close();
  });

  test("that hangs while it is read from ends the reading", async () => {
    const own = ownPrefix();
    const line = await openLine(new URL(own.endpoint));
    const { store } = await open({ ...own, endpoint: line.url, patienceMs: 300 });
    await store.put("film", Readable.from([randomBytes(6 * mebi)]));

    const { stream } = await store.get("film");
    line.hang();
    const reading = (async () => {
      for await (const _ of stream);
    })();

    await expect(reading).rejects.toMatchObject({ code: "STORAGE_UNAVAILABLE" });
    line.goOn();
    opened.push(line.close);
  });

  test("that is slow to read keeps a slow reader's bytes", async () => {
    const { store } = await open({ patienceMs: 1_000 });
    await store.put("film", Readable.from([randomBytes(3 * mebi)]));

    const { stream } = await store.get("film");
    let size = 0;
    for await (const piece of stream) {
      if (size === 0) await new Promise((resolve) => setTimeout(resolve, 3_000));
      size += piece.length;
    }

    expect(size).toBe(3 * mebi);
  });
});

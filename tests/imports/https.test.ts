import type { IncomingMessage, ServerResponse } from "node:http";
import { createServer, type Server } from "node:https";
import type { AddressInfo } from "node:net";
import { setTimeout as wait } from "node:timers/promises";
import * as imports from "../../services/imports/imports.contract.ts";
import { call } from "../../services/shared/wire.ts";
import { until } from "../house/soon.ts";

import { certificate, key } from "./certificate.ts";
import { closeHouses, counts, ended, filmLines, gzip, openHouse } from "./house.ts";

const packed = gzip(filmLines(1, 5_000));

/** The server of these tests is no public one. */
const own = { ca: certificate, privateHosts: ["localhost"] };

/** A server that answers as each test wants. */
class Far {
  server: Server | undefined;
  requests: IncomingMessage[] = [];

  async open(
    answer: (req: IncomingMessage, res: ServerResponse, nth: number) => void,
  ): Promise<string> {
    this.requests = [];
    this.server = createServer({ key, cert: certificate }, (req, res) => {
      this.requests.push(req);
      answer(req, res, this.requests.length);
    });
    await new Promise<void>((resolve) => this.server?.listen(0, "127.0.0.1", resolve));
    return `https://localhost:${(this.server.address() as AddressInfo).port}/films.ndjson.gz`;
  }

  close(): void {
    this.server?.closeAllConnections();
    this.server?.close();
  }
}

const far = new Far();
afterEach(async () => {
  await closeHouses();
  far.close();
});

/** Sends the file from where it is asked for, all of it or so many bytes and then no more. */
function send(
  req: IncomingMessage,
  res: ServerResponse,
  bytes = packed.length,
  etag = '"one"',
): void {
  const asked = req.headers["if-range"] === etag ? req.headers.range : undefined;
  const from = Number(/^bytes=(\d+)-$/.exec(asked ?? "")?.[1] ?? 0);
  res.writeHead(asked ? 206 : 200, {
    etag,
    "content-length": packed.length - from,
    ...(asked ? { "content-range": `bytes ${from}-${packed.length - 1}/${packed.length}` } : {}),
  });
  const part = packed.subarray(from, from + bytes);
  if (part.length === packed.length - from) res.end(part);
  else res.write(part, () => setTimeout(() => res.destroy(), 300));
}

const fetched = async (url: string, settings: Parameters<typeof openHouse>[1] = own) => {
  const house = await openHouse(undefined, settings);
  const files = [{ name: "films", url }];
  const { id } = await call(house.broker, imports.start, { source: "wikipedia", files });
  return { house, state: await ended(house, { id }) };
};

test("fetches an address into the store, then reads it as any file", async () => {
  const url = await far.open((req, res) => send(req, res));

  const { house, state } = await fetched(url);

  expect(counts(state)).toMatchObject({ rows: 5_000, loaded: 5_000 });
  expect(state.files[0]).toMatchObject({ url, object: `imports/${state.id}/files/0` });
  // Its own file is tidied away behind the end.
  const left = `imports/${state.id}/rejects.ndjson`;
  await until(
    async () => (await house.objects.list("")).every(({ key: name }) => name === left),
    "only the reject file is left",
  );
  expect(await house.objects.list("")).toHaveLength(1);
});

test("goes on where a connection broke", async () => {
  const url = await far.open((req, res, nth) => send(req, res, nth < 3 ? 20_000 : undefined));

  const { state } = await fetched(url);

  expect(counts(state)).toMatchObject({ loaded: 5_000 });
  expect(far.requests.map(({ headers }) => headers.range)).toEqual([
    undefined,
    "bytes=20000-",
    "bytes=40000-",
  ]);
});

test("begins anew when the file changed meanwhile", async () => {
  const url = await far.open((req, res, nth) =>
    nth === 1 ? send(req, res, 20_000, '"old"') : send(req, res),
  );

  const { state } = await fetched(url);

  expect(counts(state)).toMatchObject({ loaded: 5_000 });
});

test("tries again when the server is in trouble, follows redirects", async () => {
  const url = await far.open((req, res, nth) => {
    if (nth === 1) return void res.writeHead(503).end();
    if (req.url === "/films.ndjson.gz")
      return void res.writeHead(302, { location: "/moved" }).end();
    send(req, res);
  });

  const { state } = await fetched(url);

  expect(counts(state)).toMatchObject({ loaded: 5_000 });
});

test.each([
  [
    "is not there",
    (_: IncomingMessage, res: ServerResponse) => void res.writeHead(404).end(),
    /the server answers 404 Not Found\. Check the address/,
  ],
  [
    "leads out of https",
    (_: IncomingMessage, res: ServerResponse) =>
      void res.writeHead(302, { location: "http://localhost/x" }).end(),
    /it leads to http:\/\/localhost, which is not https/,
  ],
])("a file that %s ends the import at once", async (_, answer, sentence) => {
  const url = await far.open(answer);

  const { state } = await fetched(url);

  expect(state.status).toBe("failed");
  expect(state.error).toMatch(/^films \(https:\/\/localhost/);
  expect(state.error).toMatch(sentence);
});

const refused =
  /which lies in an inner network: from there nothing is fetched\. .*IMPORT_PRIVATE_HOSTS/;

describe("an inner network is not fetched from", () => {
  test.each([
    ["by name", "localhost"],
    ["by address", "127.0.0.1"],
    ["by an address that is written otherwise", "0x7f.1"],
    ["by an address within one of IPv6", "[::ffff:127.0.0.1]"],
  ])("%s", async (_, host) => {
    const url = await far.open((req, res) => send(req, res));

    const { state } = await fetched(url.replace("localhost", host), { ca: certificate });

    expect(state.error).toMatch(refused);
    expect(far.requests).toEqual([]);
  });

  test("by a redirect from elsewhere", async () => {
    const url = await far.open((req, res, nth) => {
      if (nth > 1) return send(req, res);
      res.writeHead(302, { location: req.headers.host?.replace(/.*:/, "https://127.0.0.1:") });
      res.end();
    });

    const { state } = await fetched(url);

    expect(state.error).toMatch(/it leads to 127\.0\.0\.1, which lies in an inner network/);
    expect(far.requests).toHaveLength(1);
  });

  test("but for hosts that are named, also by what their names resolve to", async () => {
    const url = await far.open((req, res) => send(req, res));

    const { state } = await fetched(url, { ...own, privateHosts: ["127.0.0.1", "::1"] });

    expect(counts(state)).toMatchObject({ loaded: 5_000 });
  });
});

test("an address that is no https is refused", async () => {
  const house = await openHouse();

  const asked = call(house.broker, imports.start, {
    source: "wikipedia",
    files: [{ name: "films", url: "http://localhost/films" }],
  });

  await expect(asked).rejects.toMatchObject({ type: "PARAMS_INVALID" });
});

test("a schedule queues another import each time, until it is cancelled", async () => {
  const url = await far.open((req, res) => send(req, res));
  const house = await openHouse(undefined, own);
  const schedule = { cron: "* * * * * *", timeZone: "Europe/Moscow" };
  const files = [{ name: "films", url }];
  const first = await call(house.broker, imports.start, { source: "wikipedia", files, schedule });
  const listed = () => call(house.broker, imports.list, {});
  while ((await listed()).items.filter(({ status }) => status === "done").length < 2)
    await wait(50);

  const { schedule: none } = await call(house.broker, imports.cancel, { id: first.id });
  await wait(1_500);
  const before = (await listed()).items;
  for (const item of before) await ended(house, item);
  await wait(1_500);
  const { items } = await listed();

  expect(first.schedule).toBe("* * * * * * Europe/Moscow");
  expect(none).toBeNull();
  expect(items).toHaveLength(before.length);
  expect(items[0]).toMatchObject({ schedule: null, unchanged: 5_000 });
});

test("a schedule outlives the house", async () => {
  const url = await far.open((req, res) => send(req, res));
  const house = await openHouse(undefined, own);
  const schedule = { cron: "* * * * * *", timeZone: "UTC" };
  const files = [{ name: "films", url }];
  const first = await call(house.broker, imports.start, { source: "wikipedia", files, schedule });
  await ended(house, first);
  await house.close();

  const again = await openHouse(house, own);
  const listed = () => call(again.broker, imports.list, {});
  const { length } = (await listed()).items;
  while ((await listed()).items.length === length) await wait(50);

  expect((await listed()).items.length).toBeGreaterThan(length);
});

/** A house that is asked to stop while it is asked other things, and houses restarted in turn. */
import { once } from "node:events";
import { Agent, request } from "node:http";
import { setTimeout as wait } from "node:timers/promises";
import { freePort } from "../house/ports.ts";
import type { House } from "../house/process.ts";
import { balancer } from "./balancer.ts";
import { filmsOf, load, type Street, street } from "./houses.ts";

let houses: Street;
beforeAll(async () => {
  houses = await street(["one", "other"]);
}, 60_000);
afterAll(() => houses.close());

const agent = new Agent({ keepAlive: true, maxSockets: 32 });
afterAll(() => agent.destroy());

/** What is answered, and whether the connection was ended with it. */
interface Told {
  status: number;
  ended: boolean;
}
const get = (url: string): Promise<Told> =>
  new Promise((resolve, reject) => {
    const req = request(url, { agent }, (res) => {
      const ended = res.headers.connection === "close";
      res.on("error", reject).on("end", () => resolve({ status: res.statusCode ?? 0, ended }));
      res.resume();
    });
    req.on("error", reject).end();
  });

/** A JSON body that comes in two pieces; the second when it is told to. */
function slowly({ adminUrl, token }: House) {
  const text = JSON.stringify({ titles: { en: "A slow film" } });
  const req = request(`${adminUrl}/v1/films`, {
    method: "POST",
    headers: {
      authorization: `Bearer ${token}`,
      "content-type": "application/json",
      "content-length": Buffer.byteLength(text),
    },
  });
  const answer = new Promise<{ status: number; text: string }>((resolve, reject) => {
    req.on("error", reject).on("response", async (res) => {
      let body = "";
      for await (const piece of res) body += piece;
      resolve({ status: res.statusCode ?? 0, text: body });
    });
  });
  req.write(text.slice(0, 10));
  return { answer, finish: () => req.end(text.slice(10)) };
}

describe("a house that is told to stop under load", () => {
  const stopDelayMs = 3_000;
  const ready: Told[] = [];
  const nodeReady: number[] = [];
  let answered: Record<string, number>;
  let slow: { status: number; text: string }[];
  let exit: unknown[];

  beforeAll(async () => {
    const nodePort = await freePort();
    const node = `http://127.0.0.1:${nodePort}`;
    const house = await houses.open("one", {
      STOP_DELAY_MS: String(stopDelayMs),
      NODE_PORT: String(nodePort),
    });
    const films = await filmsOf(house);
    const gone = once(house.child, "exit");
    const film = (n: number) => `${house.publicUrl}/v1/films/${films[n % films.length]}`;
    const reading = load(async (n) => (await get(film(n))).status);
    const [early, late] = [slowly(house), slowly(house)];
    await wait(300);
    ready.push(await get(`${house.publicUrl}/readyz`));
    nodeReady.push((await get(`${node}/readyz`)).status);

    house.child.kill("SIGTERM");
    await wait(200);

    ready.push(await get(`${house.publicUrl}/readyz`), await get(film(0)));
    nodeReady.push((await get(`${node}/readyz`)).status);
    early.finish();
    // As long as a balancer takes to have noticed.
    await wait(400);
    answered = await reading.stop();
    // The doors are closed by then, but for what is inside.
    await wait(stopDelayMs);
    late.finish();
    slow = await Promise.all([early.answer, late.answer]);
    exit = await gone;
  }, 60_000);

  test("is not ready first, and answers all the same, ending the connections", () => {
    expect(ready).toEqual([
      { status: 200, ended: false },
      { status: 503, ended: true },
      { status: 200, ended: true },
    ]);
  });

  test("is not ready at its node's own port either", () => {
    expect(nodeReady).toEqual([200, 503]);
  });

  test("fails nothing that it is asked meanwhile", () => {
    expect(Object.keys(answered)).toEqual(["200"]);
    expect(answered[200]).toBeGreaterThan(100);
  });

  test("answers what had begun before", () => {
    expect(slow[0]).toMatchObject({ status: 201 });
  });

  test("answers it also where it comes so slowly that nobody new is let in any more", () => {
    expect(slow[1]).toMatchObject({ status: 201 });
  });

  test("ends with 0", () => {
    expect(exit).toEqual([0, null]);
  });
});

test("houses restarted one after the other behind a balancer fail no request", async () => {
  const env = { STOP_DELAY_MS: "2000" };
  const balance = await balancer();
  const running = new Map<string, House>();
  const open = async (name: string) => {
    const house = await houses.open(name, env);
    running.set(name, house);
    await balance.add(name, house.publicUrl);
    while (!balance.isReady(name)) await wait(20);
  };
  await Promise.all(["one", "other"].map(open));
  const films = await filmsOf(running.get("one") as House);
  const reading = load(async (n) => {
    const { status } = await get(`${balance.url}/v1/films/${films[n % films.length]}`);
    return status;
  });
  await wait(300);

  const exits = [];
  for (const name of ["one", "other"]) {
    const { child } = running.get(name) as House;
    const gone = once(child, "exit");
    child.kill("SIGTERM");
    exits.push(await gone);
    await open(name);
  }
  await wait(300);

  const answered = await reading.stop();
  await balance.close();
  expect(Object.keys(answered)).toEqual(["200"]);
  expect(answered[200]).toBeGreaterThan(500);
  expect(exits).toEqual([
    [0, null],
    [0, null],
  ]);
}, 60_000);

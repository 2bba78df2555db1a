/** Rooms of films: who may be there, what is told there, how many are there. */
import { randomUUID } from "node:crypto";
import { film, filmId, noFilm } from "../gateway/actors.ts";
import { until } from "../house/soon.ts";
import { closeAll, meet, openNode, pause, tellWatched, watched } from "./house.ts";

afterAll(closeAll);
const node = await openNode({ limits: { rooms: 3, heard: 2 } });
const room = `film:${filmId}`;

describe("a room", () => {
  it("is entered where the door shows the film", async () => {
    const client = meet(node.url);
    const refused = (type: string) => expect.objectContaining({ type });

    await client.join(room);

    await expect(client.join(`film:${noFilm}`)).rejects.toEqual(refused("FILM_NOT_FOUND"));
    await expect(client.join("film:x")).rejects.toEqual(refused("PARAMS_INVALID"));
    await expect(client.join(`user:${filmId}`)).rejects.toEqual(refused("SOCKET_ROOM_REFUSED"));
  });

  it("hears its events, while one is there and wants to", async () => {
    const [inside, outside] = [meet(node.url), meet(node.url)];
    const heard: string[] = [];
    const leave = await inside.join(room);
    await inside.hear(watched, ({ text }) => heard.push(text), room);
    await outside.ready();

    await expect(outside.hear(watched, () => undefined, room)).rejects.toMatchObject({
      type: "SOCKET_ROOM_REFUSED",
    });
    await tellWatched(node, filmId, "first");
    await tellWatched(node, randomUUID(), "of another film");
    await until(() => heard.length > 0);
    await leave();
    await tellWatched(node, filmId, "after leaving");
    await pause(100);

    expect(heard).toEqual(["first"]);
  });

  it("is one of a few that a socket may be in", async () => {
    const client = meet(node.url);
    const leave = await client.join(`film:${randomUUID()}`);
    for (let i = 0; i < 2; i++) await client.join(`film:${randomUUID()}`);

    await expect(client.join(room)).rejects.toMatchObject({ type: "SOCKET_LIMIT_REACHED" });
    await leave();
    await client.join(room);
  });

  it("is one of few where a socket may hear events", async () => {
    const client = meet(node.url);
    const rooms = [1, 2, 3].map(() => `film:${randomUUID()}`);
    for (const one of rooms) await client.join(one);
    const [first = "", second = "", third = ""] = rooms;
    const hear = (one: string) => client.hear(watched, () => undefined, one);
    const forget = await hear(first);
    await hear(second);

    await expect(hear(third)).rejects.toMatchObject({ type: "SOCKET_LIMIT_REACHED" });
    await forget();
    await hear(third);
  });

  it("takes nobody who has gone while the film was looked for", async () => {
    const slow = await openNode();
    const client = meet(slow.url);
    await client.ready();
    let looked = 0;
    slow.films.get = async () => {
      looked++;
      await pause(200);
      return film();
    };
    client.join(room).catch(() => undefined);
    await until(() => looked > 0);

    client.close();
    await until(() => slow.size() === 0);
    await pause(300);
    const counts: number[] = [];
    await meet(slow.url).join(room, (count) => counts.push(count));

    expect(counts).toEqual([1]);
  });
});

describe("presence", () => {
  it("is told on entering and as it changes, once a second at most", async () => {
    const quiet = await openNode();
    const counts: number[] = [];
    const first = meet(quiet.url);
    await first.join(room, (count) => counts.push(count));
    const begun = Date.now();
    const others = Array.from({ length: 20 }, () => meet(quiet.url));

    await Promise.all(others.map((other) => other.join(room)));
    await until(() => counts.at(-1) === 21, "all are counted");
    const told = counts.length;
    const seconds = (Date.now() - begun) / 1_000;
    for (const other of others.slice(5)) other.close();
    await until(() => counts.at(-1) === 6, "those who left are not counted");

    expect(counts[0]).toBe(1);
    expect(told).toBeLessThanOrEqual(3 + seconds);
  });
});

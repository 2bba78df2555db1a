/** Who is signed in stays so through a restart; where nodes restart in turn no request fails. */
import { setTimeout as wait } from "node:timers/promises";
import { openHouse, type Place } from "./house.ts";
import { ask } from "./http.ts";
import { type Person, Postbox, registered } from "./people.ts";

let place: Place;
beforeAll(async () => {
  place = await openHouse({ STOP_DELAY_MS: "500" });
}, 150_000);
afterAll(() => place.close(), 30_000);

/** Asks on and on; answers how each answer was. A house that is not there for a moment gives none. */
function asking(question: () => Promise<{ status: number }>) {
  const statuses = new Map<number | string, number>();
  let isOn = true;
  const one = async () => {
    while (isOn) {
      const status = await question().then(
        (answer) => answer.status,
        (error: Error) => {
          // What the document does not promise fails the test in any case.
          return error.message === "fetch failed" ? "nobody there" : error.message;
        },
      );
      statuses.set(status, (statuses.get(status) ?? 0) + 1);
      await wait(5);
    }
  };
  const all = Promise.all(Array.from({ length: 4 }, one));
  return async () => {
    isOn = false;
    await all;
    return [...statuses.keys()];
  };
}

test("tokens, sessions and keys are good afterwards, and nothing is answered wrongly meanwhile", async () => {
  const person: Person = await registered(place, new Postbox(place));
  await person.signIn();
  const { json } = await person.post<{ key: string }>("/v1/auth/keys", {
    name: "a program",
    roles: ["viewer"],
  });
  const before = person.tokens;
  const list = () => ask(place.doors.public, "GET", "/v1/films?limit=1");
  const stops = [asking(list), asking(() => person.ask("GET", "/v1/auth/account"))];
  await wait(300);

  await place.restart();
  await wait(300);

  const answered = await Promise.all(stops.map((stop) => stop()));
  const fine: (number | string)[] = place.rolls ? [200] : [200, "nobody there"];
  expect(answered.flat().filter((status) => !fine.includes(status))).toEqual([]);
  expect((await person.ask("GET", "/v1/auth/account")).status).toBe(200);
  expect((await person.ask("GET", "/v1/auth/account", { token: json.key })).status).toBe(200);
  expect((await person.refresh(before?.refreshToken)).status).toBe(200);
  expect(person.tokens?.session).toBe(before?.session);
}, 150_000);

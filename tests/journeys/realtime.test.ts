/** Real accounts at real sockets: let in, told, thrown out; and nothing is missed in between. */
import { connect, type EndReason, type Entry } from "../../mixins/sockets/client.ts";
import { until } from "../house/soon.ts";
import { openHouse, type Place } from "./house.ts";
import { Person, Postbox, registered } from "./people.ts";

let place: Place;
let postbox: Postbox;
const clients: { close(): void }[] = [];
beforeAll(async () => {
  place = await openHouse({});
  postbox = new Postbox(place);
}, 150_000);
afterEach(() => {
  for (const client of clients.splice(0)) client.close();
});
afterAll(() => place.close(), 30_000);

async function signedIn(email?: string): Promise<Person> {
  const person = email ? new Person(place.doors.public, email) : await registered(place, postbox);
  await person.signIn();
  return person;
}

/** A socket of a person's device, that refreshes its token where it is asked to. */
function socketOf(person: Person) {
  const ends: EndReason[] = [];
  const client = connect({
    url: place.doors.public,
    token: person.tokens?.accessToken,
    onRefresh: async () => (await person.refresh()).json.accessToken,
    onEnded: (reason) => ends.push(reason),
  });
  clients.push(client);
  return { client, ends };
}
const idOf = async (person: Person): Promise<string> =>
  (await person.ask<{ id: string }>("GET", "/v1/auth/account")).json.id;

test("a session that is revoked on another device loses its socket within five seconds", async () => {
  const phone = await signedIn();
  const laptop = await signedIn(phone.email);
  const [own, other] = [socketOf(phone), socketOf(laptop)];
  await Promise.all([own.client.ready(), other.client.ready()]);

  await laptop.ask("DELETE", `/v1/auth/sessions/${phone.tokens?.session}`);
  await until(() => own.ends.length > 0, "the socket ends", 5_000);

  expect(own.ends).toEqual(["revoked"]);
  await until(() => !own.client.connected);
  expect([own.client.connected, other.client.connected]).toEqual([false, true]);
  // Its refresh token is void too: it does not come back.
  await new Promise((done) => setTimeout(done, 1_000));
  expect(own.client.connected).toBe(false);
});

test("what a user is told while away is read by the cursor afterwards, each thing once", async () => {
  const person = await signedIn();
  const id = await idOf(person);
  const tell = (n: number) => place.tell(id, "orders.shipped", { order: String(n) });
  const first = socketOf(person);
  const seen: Entry[] = [];
  const stream = first.client.stream({}, (entry) => void seen.push(entry));
  await first.client.ready();
  await tell(1);
  await tell(2);
  await until(() => seen.length === 2);
  const since = stream.cursor;
  first.client.close();

  await tell(3);
  await tell(4);
  const back = socketOf(person);
  const after: Entry[] = [];
  back.client.stream({ since }, (entry) => void after.push(entry));
  await until(() => after.length === 2);
  await tell(5);
  await until(() => after.length === 3);

  const orders = (entries: Entry[]) => entries.map(({ data }) => (data as { order: string }).order);
  expect(orders(seen)).toEqual(["1", "2"]);
  expect(orders(after)).toEqual(["3", "4", "5"]);
  const { json } = await person.ask<{ items: Entry[] }>("GET", `/v1/stream?since=${since}`);
  expect(orders(json.items)).toEqual(["3", "4", "5"]);
});

test("a stream is its user's alone", async () => {
  const [one, other] = [await signedIn(), await signedIn()];
  const heard: Entry[] = [];
  const { client } = socketOf(other);
  client.stream({}, (entry) => void heard.push(entry));
  await client.ready();

  await place.tell(await idOf(one), "orders.shipped", { order: "not yours" });
  await place.tell(await idOf(other), "orders.shipped", { order: "yours" });
  await until(() => heard.length > 0);

  expect(heard.map(({ data }) => data)).toEqual([{ order: "yours" }]);
});

test("a socket outlives its token by a refresh, and a restart by coming back", async () => {
  const person = await signedIn();
  const id = await idOf(person);
  const { client } = socketOf(person);
  const seen: string[] = [];
  client.stream({}, ({ data }) => void seen.push((data as { order: string }).order));
  await client.ready();
  await place.tell(id, "orders.shipped", { order: "before" });
  await until(() => seen.length === 1);

  await place.restart();
  await place.tell(id, "orders.shipped", { order: "after" });
  await until(() => seen.length === 2);

  expect(seen).toEqual(["before", "after"]);
  expect(client.connected).toBe(true);
}, 150_000);

import { randomUUID } from "node:crypto";
import { registered, verified } from "../../../services/accounts/accounts.contract.ts";
import * as mail from "../../../services/accounts/mail.contract.ts";
import * as users from "../../../services/accounts/users.contract.ts";
import { clock } from "../../../services/shared/clock.ts";
import { soon } from "../../house/soon.ts";
import { type House, openHouse, tidyUp } from "./house.ts";

let house: House;
beforeAll(async () => {
  house = await openHouse();
});
afterEach(() => clock.set());
afterAll(async () => {
  await house.stop();
  await tidyUp();
});

async function account(email = `${randomUUID()}@b.example`) {
  const id = randomUUID();
  const ask = house.as(id);
  await house.tell(registered, { id, email, language: "ru" });
  await soon(
    () => ask(users.me, {}),
    (me) => me.contacts.length === 1,
  );
  return { id, email, ask };
}

/** The code of the last letter to an address. */
async function codeTo(address: string): Promise<string> {
  const page = await soon(
    () => house.ask(mail.list, { to: address }),
    ({ items }) => items.length > 0,
  );
  const { text } = await house.ask(mail.show, { id: page.items[0]?.id ?? "" });
  return /^\d{8}$/m.exec(text)?.[0] ?? "";
}

test("an account has its language and its e-mail, verified once it is", async () => {
  const { id, email, ask } = await account();

  const before = await ask(users.me, {});
  await house.tell(verified, { id, email });
  const after = await soon(
    () => ask(users.me, {}),
    (me) => me.contacts[0]?.verified === true,
  );

  expect(before.preferences.language).toBe("ru");
  expect(before.contacts[0]).toMatchObject({ address: email, primary: true, verified: false });
  expect(after.contacts).toHaveLength(1);
});

test("whose profile it is, the caller says and no parameter", async () => {
  const [one, other] = [await account(), await account()];

  await one.ask(users.change, { displayName: "Ann", preferences: { timeZone: "Europe/Vienna" } });

  expect(await one.ask(users.me, {})).toMatchObject({
    displayName: "Ann",
    preferences: { timeZone: "Europe/Vienna", language: "ru" },
  });
  expect((await other.ask(users.me, {})).displayName).toBeNull();
  await expect(one.ask(users.me, { id: other.id } as never)).rejects.toMatchObject({
    type: "PARAMS_INVALID",
  });
});

test("who has no account yet to be told of is there all the same", async () => {
  const ask = house.as(randomUUID());

  await ask(users.change, { displayName: "Early" });

  expect((await ask(users.me, {})).displayName).toBe("Early");
});

test.each(["guest", "operator"])("%s is nobody", async (id) => {
  await expect(house.as(id, "guest")(users.me, {})).rejects.toMatchObject({
    type: "USER_NOBODY",
    code: 401,
  });
});

test("twenty changes at once are all there", async () => {
  const { ask } = await account();
  const adding = Array.from({ length: 9 }, (_, i) =>
    ask(users.addContact, { address: `c${i}@y.example` }),
  );
  const changing = Array.from({ length: 11 }, (_, i) =>
    i % 2 ? ask(users.change, { displayName: "A" }) : ask(users.change, { birthday: "1990-01-01" }),
  );

  await Promise.all([...adding, ...changing]);

  const me = await ask(users.me, {});
  expect(me).toMatchObject({ displayName: "A", birthday: "1990-01-01" });
  expect(me.contacts).toHaveLength(10);
  await expect(ask(users.addContact, { address: "z@y.example" })).rejects.toMatchObject({
    type: "USER_CONTACTS_FULL",
  });
});

test("an address for notifications is verified by the code that was sent there", async () => {
  const { ask } = await account();
  const address = `${randomUUID()}@y.example`;
  const { contacts } = await ask(users.addContact, { address });
  const contact = contacts.find((c) => c.address === address)?.id ?? "";
  const code = await codeTo(address);

  const wrong = ask(users.verifyContact, { contact, code: "00000000" });
  await expect(wrong).rejects.toMatchObject({ type: "USER_CODE_REFUSED" });
  const me = await ask(users.verifyContact, { contact, code });

  expect(me.contacts.find((c) => c.id === contact)?.verified).toBe(true);
  const left = await ask(users.removeContact, { contact });
  expect(left.contacts).toHaveLength(1);
  const primary = ask(users.removeContact, { contact: left.contacts[0]?.id ?? "" });
  await expect(primary).rejects.toMatchObject({ type: "USER_CONTACT_PRIMARY" });
});

describe("a guest", () => {
  const begin = () => house.as("guest", "guest")(users.guest, {}, ["ru-RU"]);

  test("has preferences, and is known by its secret alone", async () => {
    const { id, secret } = await begin();
    const ask = house.as(id, "guest");

    await ask(users.change, { preferences: { timeZone: "Asia/Tokyo" } });

    expect(await ask(users.me, {})).toMatchObject({
      kind: "guest",
      preferences: { timeZone: "Asia/Tokyo", language: "ru" },
    });
    expect(await house.ask(users.recognise, { id, secret })).toEqual({ id });
    for (const wrong of [
      { id, secret: "another" },
      { id: randomUUID(), secret },
    ]) {
      await expect(house.ask(users.recognise, wrong)).rejects.toMatchObject({
        type: "USER_GUEST_REFUSED",
      });
    }
  });

  test("joins one account, whose own choices win; and is told of once", async () => {
    const { id, secret } = await begin();
    const { id: mine, ask } = await account();
    const other = await account();
    await house.as(id, "guest")(users.change, {
      displayName: "G",
      preferences: { timeZone: "Asia/Tokyo" },
    });
    await ask(users.change, { preferences: { quietHours: { from: "22:00", to: "07:00" } } });

    await Promise.all([1, 2, 3].map(() => ask(users.join, { guest: { id, secret } })));

    expect(await ask(users.me, {})).toMatchObject({
      id: mine,
      displayName: "G",
      preferences: { timeZone: "Asia/Tokyo", quietHours: { from: "22:00", to: "07:00" } },
    });
    for (const late of [
      other.ask(users.join, { guest: { id, secret } }),
      house.ask(users.recognise, { id, secret }),
      ask(users.join, { guest: { id, secret: "x" } }),
    ]) {
      await expect(late).rejects.toMatchObject({ type: "USER_GUEST_REFUSED" });
    }
  });
});

test("letters to others' addresses come more and more slowly, however often they are added", async () => {
  const { ask } = await account();
  const address = "somebody-else@b.example";
  const said: string[] = [];
  for (let n = 0; n < 10; n++) {
    const added = await ask(users.addContact, { address }).catch((error) => error);
    said.push("contacts" in added ? "added" : added.type);
    if (!("contacts" in added)) continue;
    const { id = "" } = added.contacts.find((one: { address: string }) => one.address === address);
    await ask(users.removeContact, { contact: id });
  }

  expect(said.filter((one) => one === "added").length).toBeLessThanOrEqual(4);
  expect(said.at(-1)).toBe("TOO_MANY_GUESSES");
});

import { Hasher } from "../../mixins/passwords/hasher.ts";
import { soon } from "../house/soon.ts";
import { Client, type House, member, openHouse, password, tidyUp } from "./house.ts";

let house: House;
beforeAll(async () => {
  house = await openHouse();
});
afterAll(async () => {
  await house.stop();
  await tidyUp();
});

type Auth = {
  hasher: Hasher;
  store: { find(q: object): Promise<{ items: { password: string }[] }> };
};

test("a hash of an earlier cost is made anew when its owner signs in", async () => {
  const email = await member(house);
  const auth = house.actor<Auth>("auth");
  const kept = async () =>
    (await auth.store.find({ where: { email }, limit: 1 })).items[0]?.password ?? "";
  const old = auth.hasher;
  auth.hasher = new Hasher({
    cost: { memoryKib: 9_216, passes: 1, parallelism: 1 },
    children: () => 1,
    queue: 10,
  });
  const client = new Client(house);

  expect(await kept()).toContain("m=8192");
  await client.signIn(email);

  expect(await soon(kept, (text) => text.includes("m=9216"))).toContain("m=9216");
  expect(await client.signIn(email, password)).toHaveProperty("session");
  auth.hasher.close();
  auth.hasher = old;
});

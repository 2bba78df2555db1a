/** API keys whose use is noted while their owner changes them, or cannot be noted. */
import { WriteFailed } from "../../mixins/documents/failures.ts";
import * as apikeys from "../../services/access/apikeys.contract.ts";
import type { KeysService } from "../../services/access/apikeys.store.ts";
import { type House, openHouse, refusal, signedIn, tidyUp } from "./house.ts";

let house: House;
beforeAll(async () => {
  house = await openHouse();
});
afterAll(async () => {
  await house.stop();
  await tidyUp();
});

const made = async () => {
  const { client } = await signedIn(house);
  const { key, about } = await client.ask(apikeys.create, { name: "till", roles: ["viewer"] });
  return { client, key, id: about.id };
};

/** The next write meets this instead, once. */
function instead(
  write: (replace: KeysService["store"]["replace"]) => KeysService["store"]["replace"],
) {
  const { store } = house.actor<KeysService>("apikeys");
  const replace = store.replace.bind(store);
  const once = write(replace);
  store.replace = (...given) => {
    store.replace = replace;
    return once(...given);
  };
}
/** Another notes a use of the key between its reading and the next write. */
const overtaken = () => {
  const { store } = house.actor<KeysService>("apikeys");
  instead((replace) => async (doc, writing) => {
    const stored = await store.get(doc.id);
    if (stored) await replace({ ...stored, lastUsedAt: stored.createdAt });
    return replace(doc, writing);
  });
};

test("a key is rotated though a use of it is noted at the same time", async () => {
  const { client, key, id } = await made();
  overtaken();

  const { key: next } = await client.ask(apikeys.rotate, { id, overlapHours: 0 });

  expect(await refusal(house.ask(apikeys.check, { key }))).toBe("API_KEY_REFUSED");
  expect(await house.ask(apikeys.check, { key: next })).toMatchObject({ id });
});

test("a key is revoked though a use of it is noted at the same time", async () => {
  const { client, key, id } = await made();
  overtaken();

  await client.ask(apikeys.revoke, { id });

  expect(await refusal(house.ask(apikeys.check, { key }))).toBe("API_KEY_REFUSED");
});

test("a key is good also where its use cannot be noted", async () => {
  const { key, id } = await made();
  instead(() => () => Promise.reject(WriteFailed({ reason: "the disk is full" })));

  expect(await house.ask(apikeys.check, { key })).toMatchObject({ id });
});

/** What follows the films: people and the search. */
import { rmSync } from "node:fs";
import { join } from "node:path";
import type { ServiceBroker } from "moleculer";
import * as films from "../../services/catalog/films.contract.ts";
import * as people from "../../services/catalog/people.contract.ts";
import { personId } from "../../services/catalog/people.contract.ts";
import * as search from "../../services/catalog/search.contract.ts";
import { call } from "../../services/shared/wire.ts";
import { until } from "../house/soon.ts";
import { asGuest, asOperator, close, film, folder, indexed, start, stop } from "./house.ts";

let house: ServiceBroker;
beforeAll(async () => {
  house = await start();
});
afterAll(close);

const found = async (q: string, as: object = asGuest()) =>
  (await call(house, search.find, { q }, as)).items.map(({ title }) => title);
const suggested = async (q: string, as: object = asGuest()) =>
  (await call(house, search.suggest, { q }, as)).items.map(({ text }) => text);
const isKnown = (id: string) => async () =>
  call(house, people.get, { id }).then(
    () => true,
    () => false,
  );

describe("search", () => {
  test("finds a film soon after it is published, and not before", async () => {
    const { id } = await film(house, { titles: { en: "Barsoom Quartet" } }, false);
    await indexed(house);
    expect([await found("barsoom"), await suggested("barso")]).toEqual([[], []]);
    expect(await found("barsoom", asOperator())).toEqual(["Barsoom Quartet"]);

    await call(house, films.publish, { id });
    await indexed(house);

    expect(await found("barsoom")).toEqual(["Barsoom Quartet"]);
    expect(await suggested("barso")).toEqual(["Barsoom Quartet"]);
  });

  test("loses a withdrawn film for guests; operators still find it", async () => {
    const { id } = await film(house, { titles: { en: "Vanishing Cabinet" }, genres: ["spy"] });
    await indexed(house);
    expect(await found("vanishing cabinet")).toEqual(["Vanishing Cabinet"]);

    await call(house, films.withdraw, { id });
    await indexed(house);

    expect([await found("vanishing cabinet"), await suggested("vanishing")]).toEqual([[], []]);
    expect(await found("vanishing cabinet", asOperator())).toEqual(["Vanishing Cabinet"]);
  });

  test("counts nothing for guests that they may not see, and tells no states", async () => {
    await film(house, { titles: { en: "Counted Tenfold" }, genres: ["legal"] });
    await film(house, { titles: { en: "Counted Tenfold Draft" }, genres: ["legal"] }, false);
    await indexed(house);
    const facets = async (as: object) =>
      (await call(house, search.find, { q: "tenfold", state: "draft" }, as)).facets;

    const forGuests = await call(house, search.find, { q: "tenfold", state: "draft" }, asGuest());

    expect(forGuests.total).toBe(1);
    expect(forGuests.facets.genre).toEqual([{ value: "legal", count: 1 }]);
    expect(await facets(asGuest())).not.toHaveProperty("state");
    expect(await facets(asOperator())).toHaveProperty("state");
  });

  test("follows an edit", async () => {
    const { id, version } = await film(house, { titles: { en: "Working Title Umbrella" } });
    const changes = { titles: { en: "Final Name Parasol" } };
    await call(house, films.change, { id, version, changes }, asOperator());
    await indexed(house);

    expect(await found("umbrella")).toEqual([]);
    expect(await found("parasol")).toEqual(["Final Name Parasol"]);
  });

  test("shows titles in the asker's language", async () => {
    await film(house, { titles: { en: "Hedgehog in Fog", ru: "Ёжик в тумане" } });
    await indexed(house);
    const inRussian = asGuest({ languages: ["ru"] });

    expect(await found("hedgehog", inRussian)).toEqual(["Ёжик в тумане"]);
    expect(await suggested("ежик", inRussian)).toEqual(["Ёжик в тумане"]);
  });

  test("refuses a foreign cursor", async () => {
    await expect(call(house, search.find, { cursor: "foreign" })).rejects.toMatchObject({
      type: "CURSOR_INVALID",
      code: 422,
    });
  });

  test("is built anew while it serves and while films are written", async () => {
    await film(house, { titles: { en: "Lighthouse Sonata" } });
    await indexed(house);
    const written: string[] = [];
    let isDone = false;
    const writing = (async () => {
      // No more than one page holds, however long the index takes.
      for (let i = 0; i < 20 || (!isDone && i < 140); i++) {
        const { id } = await film(house, { titles: { en: `Zephyrine ${i}` } });
        if (i % 3 === 0) await call(house, films.withdraw, { id });
        else written.push(`Zephyrine ${i}`);
      }
    })();

    const [{ documents }, again] = await Promise.all([
      call(house, search.rebuild, {}),
      call(house, search.rebuild, {}),
      found("lighthouse").then((titles) => expect(titles).toEqual(["Lighthouse Sonata"])),
    ]);
    isDone = true;
    await writing;
    await indexed(house);

    expect(documents).toBeGreaterThan(0);
    expect(again.documents).toBe(documents);
    const { items } = await call(house, search.find, { q: "zephyrine", limit: 100 }, asGuest());
    expect(items.map(({ title }) => title).toSorted()).toEqual(written.toSorted());
  });

  test("is built anew at the next start when its folder is gone", async () => {
    const before = await call(house, search.stats, {});
    await stop(house);
    rmSync(join(folder, "search"), { recursive: true });

    house = await start();
    await until(
      async () => (await call(house, search.stats, {})).documents === before.documents,
      "the index is full again",
    );

    expect(before.documents).toBeGreaterThan(20);
    expect(await found("lighthouse")).toEqual(["Lighthouse Sonata"]);
  });
});

describe("people", () => {
  test("are there soon after their film, with other names and ids learnt later", async () => {
    const id = personId({ name: "Zoe Kravitz" });
    await film(house, { cast: [{ name: "Zoë Kravitz" }] });
    await until(isKnown(id), "the person");
    const cast = [{ name: "Zoe Kravitz", person: id, imdb: "nm2368789" }];
    await film(house, { cast });
    await until(
      async () => (await call(house, people.get, { id })).version === 2,
      "what was learnt",
    );

    expect(await call(house, people.get, { id })).toEqual({
      id,
      version: 2,
      name: "Zoë Kravitz",
      otherNames: ["Zoe Kravitz"],
      externalIds: { imdb: "nm2368789" },
    });
  });

  test("have films, the newest first, each part by itself; guests see the published ones", async () => {
    const id = personId({ name: "Orson Welles" });
    const crew = [{ name: "Orson Welles", job: "director" }];
    const cast = [{ name: "Orson Welles", character: "Kane" }];
    await film(house, { titles: { en: "Citizen Kane" }, year: 1941, cast, crew });
    await film(house, { titles: { en: "Touch of Evil" }, year: 1958, crew });
    await film(house, { titles: { en: "Unfinished" }, year: 1970, crew }, false);
    await until(isKnown(id), "the person");
    const parts = async (as: object) =>
      (await call(house, people.films, { id }, as)).items.map(
        ({ title, job, character }) => `${title}: ${character ?? job}`,
      );

    expect(await parts(asGuest())).toEqual([
      "Touch of Evil: director",
      "Citizen Kane: Kane",
      "Citizen Kane: director",
    ]);
    expect((await parts(asOperator()))[0]).toBe("Unfinished: director");
  });

  test("of films that are not published are nobody for guests, until one is", async () => {
    const id = personId({ name: "Secret Cameo" });
    const draft = await film(house, { cast: [{ name: "Secret Cameo" }] }, false);
    await until(isKnown(id), "the person");
    const asked = [people.get.name, people.films.name];
    const notFound = { type: "PERSON_NOT_FOUND", code: 404 };

    for (const name of asked) {
      await expect(house.call(name, { id }, asGuest())).rejects.toMatchObject(notFound);
      await house.call(name, { id }, asOperator());
    }
    await call(house, films.publish, { id: draft.id });
    for (const name of asked) await house.call(name, { id }, asGuest());
    await call(house, films.withdraw, { id: draft.id });
    for (const name of asked) {
      await expect(house.call(name, { id }, asGuest())).rejects.toMatchObject(notFound);
    }
  });

  test("page through their films", async () => {
    const cast = [{ name: "John Wayne" }];
    for (let year = 1950; year < 1955; year++) await film(house, { year, cast });
    const id = personId({ name: "John Wayne" });
    await until(isKnown(id), "the person");

    const years: (number | undefined)[] = [];
    let cursor: string | undefined;
    do {
      const page = await call(house, people.films, { id, limit: 2, cursor }, asGuest());
      years.push(...page.items.map(({ year }) => year));
      cursor = page.next ?? undefined;
    } while (cursor);

    expect(years).toEqual([1954, 1953, 1952, 1951, 1950]);
  });

  test("are not there under an unknown id", async () => {
    const id = personId({ name: "Nobody" });

    for (const { name } of [people.get, people.films]) {
      await expect(house.call(name, { id })).rejects.toMatchObject({
        type: "PERSON_NOT_FOUND",
        code: 404,
      });
    }
  });
});

import type { ServiceBroker } from "moleculer";
import { absorb } from "../../services/catalog/absorb.contract.ts";
import { FilmDraft } from "../../services/catalog/film.contract.ts";
import * as films from "../../services/catalog/films.contract.ts";
import { clock } from "../../services/shared/clock.ts";
import { newId } from "../../services/shared/ids.ts";
import { call, describe as describeContract } from "../../services/shared/wire.ts";
import { allFilms, asGuest, asOperator, close, film, start, stop } from "./house.ts";

let house: ServiceBroker;
beforeAll(async () => {
  house = await start("films");
});
afterAll(close);
afterEach(() => clock.set());

const failing = (type: string, data: object = {}) =>
  expect.objectContaining({ type, data: expect.objectContaining(data) });

describe("a film", () => {
  test("is made as a draft and read again", async () => {
    const made = await film(house, { titles: { en: "Stalker", ru: "Сталкер" }, year: 1979 }, false);

    expect(made).toMatchObject({ state: "draft", version: 1, title: "Stalker", year: 1979 });
    expect(await call(house, films.get, { id: made.id })).toEqual(made);
  });

  test("is edited at the version that was read", async () => {
    const made = await film(house, { year: 1979 }, false);

    const next = await call(
      house,
      films.change,
      { id: made.id, version: 1, changes: { year: 1980, genres: ["drama"] } },
      asOperator(),
    );

    expect(next).toMatchObject({ version: 2, year: 1980, genres: ["drama"], titles: made.titles });
  });

  test.each([
    ["year", 1979],
    ["originalTitle", "Сталкер"],
    ["releaseDate", "1979-05-25"],
    ["runtimeMinutes", 162],
    ["ageRating", "12"],
    ["poster", "https://example.org/stalker.jpg"],
    ["votes", { count: 5, average: 8.1 }],
  ])(
    "is without its %s once that is edited to null, also after a restart",
    async (field, value) => {
      const made = await film(house, { [field]: value }, false);
      const cleared = { id: made.id, version: 1, changes: { [field]: null } };

      const next = await call(house, films.change, cleared, asOperator());
      await stop(house);
      house = await start("films");

      expect(made).toHaveProperty(field);
      expect(next).not.toHaveProperty(field);
      expect(await call(house, films.get, { id: made.id })).toEqual(next);
      expect(await call(house, films.history, { id: made.id })).toMatchObject([
        { did: "edited", fields: [field] },
        { did: "created" },
      ]);
    },
  );

  test.each(["titles", "kind", "genres", "externalIds"])(
    "cannot be edited to have no %s at all",
    async (field) => {
      const { id } = await film(house, {}, false);
      const asked = { id, version: 1, changes: { [field]: null } };

      await expect(house.call("films.change", asked)).rejects.toEqual(
        expect.objectContaining({ type: "PARAMS_INVALID" }),
      );
    },
  );

  test("says in its JSON Schema which fields null empties", () => {
    const { changes } = (
      describeContract(films.change) as {
        params: {
          properties: Record<string, { properties: Record<string, { anyOf?: object[] }> }>;
        };
      }
    ).params.properties;

    const emptied = Object.entries(changes?.properties ?? {}).flatMap(([name, { anyOf = [] }]) =>
      anyOf.some((one) => "type" in one && one.type === "null") ? name : [],
    );
    expect(emptied.toSorted()).toEqual(
      "ageRating originalTitle poster releaseDate runtimeMinutes series votes year".split(" "),
    );
  });

  test("is refused an edit of an older version, and shows the one there is", async () => {
    const made = await film(house, { year: 1979 }, false);
    const edit = (year: number) =>
      call(house, films.change, { id: made.id, version: 1, changes: { year } }, asOperator());
    const second = await edit(1980);

    await expect(edit(1981)).rejects.toEqual(failing("FILM_STALE", { current: 2, film: second }));
    await expect(edit(1981)).rejects.toMatchObject({ code: 412 });
  });

  test("lets one of many editors of a version win; the others see what came of it", async () => {
    const made = await film(house, {}, false);

    const all = await Promise.allSettled(
      Array.from({ length: 10 }, (_, i) =>
        call(house, films.change, { id: made.id, version: 1, changes: { year: 1990 + i } }),
      ),
    );

    const lost = all.filter((one) => one.status === "rejected");
    expect(lost).toHaveLength(9);
    for (const { reason } of lost) expect(reason).toEqual(failing("FILM_STALE", { current: 2 }));
  });

  test("keeps its version when an edit changes nothing", async () => {
    const made = await film(house, { year: 1979 }, false);

    const same = await call(house, films.change, {
      id: made.id,
      version: 1,
      changes: { year: 1979 },
    });

    expect(same).toEqual(made);
  });

  test("remembers who changed what, the newest first", async () => {
    clock.set(Date.parse("2026-01-05T10:00:00.000Z"));
    const made = await film(house, { year: 1979 });
    await call(house, films.change, { id: made.id, version: 2, changes: { year: 1980 } });

    const history = await call(house, films.history, { id: made.id });

    const time = "2026-01-05T10:00:00.000Z";
    expect(history).toEqual([
      { version: 3, did: "edited", fields: ["year"], by: "house", time },
      { version: 2, did: "published", fields: [], by: "anna", time },
      { version: 1, did: "created", fields: [], by: "anna", time },
    ]);
  });

  test("is not there under an unknown id", async () => {
    const id = newId();

    for (const { name } of [films.get, films.history, films.publish]) {
      await expect(house.call(name, { id })).rejects.toEqual(failing("FILM_NOT_FOUND", { id }));
    }
  });
});

describe("states", () => {
  test("go from draft to published to withdrawn and back; asking twice is asking once", async () => {
    const { id } = await film(house, {}, false);
    const states: string[] = [];

    for (const move of [films.publish, films.publish, films.withdraw, films.publish]) {
      const { state, version } = await call(house, move, { id });
      states.push(`${version} ${state}`);
    }

    expect(states).toEqual(["2 published", "2 published", "3 withdrawn", "4 published"]);
  });

  test("refuse to withdraw a draft", async () => {
    const { id } = await film(house, {}, false);

    await expect(call(house, films.withdraw, { id })).rejects.toEqual(
      failing("FILM_STATE_REFUSED", { state: "draft", wanted: "withdrawn" }),
    );
  });

  test("refuse a stale version; without a version many may ask at once", async () => {
    const { id } = await film(house, {}, false);

    await expect(call(house, films.publish, { id, version: 7 })).rejects.toEqual(
      failing("FILM_STALE", { current: 1 }),
    );
    const all = await Promise.all(
      Array.from({ length: 5 }, () => call(house, films.publish, { id })),
    );

    expect(new Set(all.map(({ state, version }) => `${version} ${state}`))).toEqual(
      new Set(["2 published"]),
    );
  });
});

describe("an idempotency key", () => {
  const create = (idempotencyKey: string, title: string) =>
    call(house, films.create, { titles: { en: title } }, asOperator({ idempotencyKey }));
  const countOf = async (title: string) =>
    (await allFilms(house)).filter((one) => one.title === title).length;

  test("makes one film of two requests", async () => {
    const first = await create("key-1", "Once");
    const second = await create("key-1", "Once");

    expect(second).toEqual(first);
    expect(await countOf("Once")).toBe(1);
  });

  test("makes one film of requests at the same time", async () => {
    const all = await Promise.all(Array.from({ length: 8 }, () => create("key-2", "At once")));

    expect(new Set(all.map(({ id }) => id)).size).toBe(1);
    expect(await countOf("At once")).toBe(1);
  });

  test("is found although the film's external id is there already, by that very request", async () => {
    const draft = { titles: { en: "With id" }, externalIds: { imdb: "tt7777777" } };
    const again = () => call(house, films.create, draft, asOperator({ idempotencyKey: "key-3" }));

    const first = await again();

    expect(await again()).toEqual(first);
  });

  test("of another person is another key", async () => {
    const own = (id: string, externalIds = {}) => {
      const draft = { titles: { en: "Of two" }, externalIds };
      const caller = { id, role: "operator", door: "admin" } as const;
      return call(house, films.create, draft, { meta: { caller, idempotencyKey: "key-of-two" } });
    };

    const first = await own("anna", { imdb: "tt7777778" });
    const taken = own("boris", { imdb: "tt7777778" });

    await expect(taken).rejects.toEqual(failing("FILM_ID_TAKEN", { id: "imdb:tt7777778" }));
    expect((await own("boris")).id).not.toBe(first.id);
    expect((await own("anna")).id).toBe(first.id);
  });

  test("of another request makes another film", async () => {
    const [first, second] = [await create("key-4", "Twice"), await create("key-5", "Twice")];

    expect(second.id).not.toBe(first.id);
  });
});

describe("an external id", () => {
  test.each([
    ["imdb:tt1111111", { imdb: "tt1111111" }],
    ["tmdb:film/11", { tmdb: "11" }],
    ["movielens:12", { movielens: "12" }],
  ])("belongs to one film: %s", async (id, externalIds) => {
    await film(house, { externalIds }, false);
    const other = await film(house, {}, false);
    const taken = failing("FILM_ID_TAKEN", { id });

    await expect(film(house, { externalIds }, false)).rejects.toEqual(taken);
    const changes = { externalIds };
    await expect(call(house, films.change, { id: other.id, version: 1, changes })).rejects.toEqual(
      taken,
    );
  });

  test("is named rightly when another kind of id has the same number", async () => {
    await film(house, { externalIds: { tmdb: "900" } }, false);
    await film(house, { externalIds: { movielens: "900" } }, false);

    await expect(film(house, { externalIds: { movielens: "900" } }, false)).rejects.toEqual(
      failing("FILM_ID_TAKEN", { id: "movielens:900" }),
    );
  });

  test("of TMDB is one film's and one series': it numbers them apart", async () => {
    const { id } = await film(house, { externalIds: { tmdb: "278" } }, false);
    const series = { kind: "series", externalIds: { tmdb: "278" } };
    await film(house, series, false);

    const taken = failing("FILM_ID_TAKEN", { id: "tmdb:series/278" });
    await expect(film(house, series, false)).rejects.toEqual(taken);
    const changes = { kind: "series" as const };
    await expect(call(house, films.change, { id, version: 1, changes })).rejects.toEqual(taken);
  });

  test("is free again once the film has lost it", async () => {
    const made = await film(house, { externalIds: { tmdb: "901" } }, false);

    await call(house, films.change, { id: made.id, version: 1, changes: { externalIds: {} } });

    await film(house, { externalIds: { tmdb: "901" } }, false);
  });

  test("of Wikipedia may be shared", async () => {
    const externalIds = { wikipedia: "List_of_lost_films" };

    await film(house, { externalIds }, false);
    await film(house, { externalIds }, false);
  });
});

describe("an episode", () => {
  const place = (id: string, number = 1) => ({ series: { id, season: 1, number } });
  const make = (draft: object) => film(house, draft, false);
  const edit = (id: string, changes: object) =>
    house.call("films.change", { id, version: 1, changes });
  const refusal = (type: string) => expect.objectContaining({ type });

  test("is made in a series that there is, moved within it, and made a film of", async () => {
    const { id: series } = await make({ kind: "series" });
    const { id } = await make({ kind: "episode", ...place(series) });

    expect(await edit(id, place(series, 2))).toMatchObject({ ...place(series, 2), version: 2 });
    const changes = { kind: "film", series: null };
    const next = await house.call("films.change", { id, version: 2, changes });
    expect(next).toMatchObject({ kind: "film" });
    expect(next).not.toHaveProperty("series");
  });

  test("is refused without a series, in none and in a film", async () => {
    const { id: other } = await make({});
    const { id: series } = await make({ kind: "series" });
    const { id } = await make({ kind: "episode", ...place(series) });
    const unknown = refusal("FILM_SERIES_UNKNOWN");

    await expect(make({ kind: "episode" })).rejects.toEqual(refusal("FILM_SERIES_MISSING"));
    await expect(make({ kind: "episode", ...place(newId()) })).rejects.toEqual(unknown);
    await expect(make({ kind: "episode", ...place(other) })).rejects.toEqual(unknown);
    await expect(edit(id, place(other))).rejects.toEqual(unknown);
    await expect(edit(id, { series: null })).rejects.toEqual(refusal("FILM_SERIES_MISSING"));
  });

  test("is the only one in a series; a series with episodes stays one", async () => {
    const { id: series } = await make({ kind: "series" });
    const { id: other } = await make({});
    const { id } = await make({ kind: "episode", ...place(series) });
    const unfitting = refusal("FILM_SERIES_UNFITTING");

    await expect(make(place(series))).rejects.toEqual(unfitting);
    await expect(edit(other, place(series))).rejects.toEqual(unfitting);
    await expect(edit(id, { kind: "film" })).rejects.toEqual(unfitting);
    await expect(edit(series, { kind: "film" })).rejects.toEqual(refusal("FILM_HAS_EPISODES"));
  });

  test("of an import without its series is edited all the same", async () => {
    const from = { source: "imdb" as const, key: "tt0000009", hash: "0".repeat(16) };
    const given = FilmDraft.parse({ kind: "episode", titles: { en: "Orphan" } });
    const rows = [{ row: 1, from, film: given }];
    const [made] = await call(house, absorb, { run: newId(), rows });

    expect(await edit(made?.id ?? "", { year: 1990 })).toMatchObject({ year: 1990 });
  });
});

describe("the asker's languages", () => {
  test("choose title and extract, in lists too", async () => {
    const { id } = await film(house, {
      titles: { en: "The Mirror", ru: "Зеркало" },
      extracts: { en: { text: "A dying man." }, ru: { text: "Умирающий человек." } },
      kind: "series",
    });
    const inRussian = asGuest({ languages: ["ru-RU", "en"] });

    expect(await call(house, films.get, { id }, inRussian)).toMatchObject({
      title: "Зеркало",
      language: "ru",
      extract: { text: "Умирающий человек." },
    });
    const { items } = await call(house, films.list, { kind: "series" }, inRussian);
    expect(items.map(({ title }) => title)).toEqual(["Зеркало"]);
    expect(await call(house, films.get, { id }, asGuest({ languages: ["de"] }))).toMatchObject({
      title: "The Mirror",
    });
  });
});

describe("guests", () => {
  test("see published films only, whatever they ask", async () => {
    const tags = { genres: ["spy" as const] };
    const draft = await film(house, { titles: { en: "Secret draft" }, ...tags }, false);
    const shown = await film(house, { titles: { en: "Shown" }, ...tags });
    const gone = await film(house, { titles: { en: "Gone" }, ...tags });
    await call(house, films.withdraw, { id: gone.id });
    const titles = async (asked: object, as: object) =>
      (await call(house, films.list, { genre: "spy", ...asked }, as)).items.map((f) => f.title);

    for (const { id } of [draft, gone]) {
      await expect(call(house, films.get, { id }, asGuest())).rejects.toMatchObject({ code: 404 });
    }
    expect(await call(house, films.get, { id: shown.id }, asGuest())).toMatchObject({
      id: shown.id,
    });
    for (const state of [undefined, "draft", "withdrawn", "published"] as const) {
      expect(await titles({ state }, asGuest())).toEqual(["Shown"]);
    }
    expect((await titles({}, asOperator())).toSorted()).toEqual(["Gone", "Secret draft", "Shown"]);
    expect(await titles({ state: "draft" }, asOperator())).toEqual(["Secret draft"]);
  });

  test("are not the only ones who see no drafts: nor do viewers and sellers", async () => {
    const draft = await film(house, {}, false);

    for (const role of ["viewer", "seller", "courier", "moderator"] as const) {
      const meta = { caller: { id: "x", role, door: "public" as const } };
      await expect(call(house, films.get, { id: draft.id }, { meta })).rejects.toMatchObject({
        code: 404,
      });
    }
  });
});

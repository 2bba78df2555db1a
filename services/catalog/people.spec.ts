import { personId } from "./people.contract.ts";
import { learnt, peopleOf } from "./people.ts";

const said = (name: string, imdb?: string) => ({
  id: personId({ name, imdb }),
  name,
  otherNames: [],
  externalIds: imdb ? { imdb } : {},
});
const film = (...names: string[]) => ({
  cast: names.map((name) => ({ name, person: personId({ name }) })),
  crew: [],
});

describe("the id of a person", () => {
  test("is the same for the same name on every machine, however it is written", () => {
    expect(personId({ name: "Amélie Poulain" })).toBe("a252d45c-ebfb-5c90-b0c4-30417f341348");
    expect(personId({ name: " AMELIE  POULAIN" })).toBe(personId({ name: "Amélie Poulain" }));
    expect(personId({ name: "Фёдор" })).toBe(personId({ name: "ФЕДОР" }));
  });

  test("comes from the external id where there is one: namesakes are two", () => {
    const first = personId({ name: "Michael B. Jordan", imdb: "nm0430107" });

    expect(personId({ name: "Somebody else", imdb: "nm0430107" })).toBe(first);
    expect(personId({ name: "Michael B. Jordan", imdb: "nm0003044" })).not.toBe(first);
    expect(personId({ name: "Michael B. Jordan" })).not.toBe(first);
  });

  test("tells names apart of which folding leaves nothing", () => {
    expect(personId({ name: "?" })).not.toBe(personId({ name: "!" }));
  });
});

describe("what films say of people", () => {
  test("is each person once, with all names of hers", () => {
    const people = peopleOf([film("Zoë Kravitz"), film("Zoe Kravitz", "Robert Pattinson")]);

    expect([...people.values()]).toEqual([
      { ...said("Zoë Kravitz"), otherNames: ["Zoe Kravitz"] },
      said("Robert Pattinson"),
    ]);
  });

  test("takes the crew too, and the external ids", () => {
    const { id, name } = said("Lana Wachowski", "nm0905154");

    const people = peopleOf([
      { cast: [], crew: [{ name, person: id, job: "director", imdb: "nm0905154" }] },
    ]);

    expect(people.get(id)).toEqual(said("Lana Wachowski", "nm0905154"));
  });
});

describe("a person", () => {
  test("learns another name and an external id", () => {
    const known = { ...said("Zoë Kravitz"), version: 3 };

    const more = learnt(known, { ...said("Zoe Kravitz"), externalIds: { imdb: "nm2368789" } });

    expect(more).toEqual({
      ...known,
      otherNames: ["Zoe Kravitz"],
      externalIds: { imdb: "nm2368789" },
    });
  });

  test("learns nothing from what is known", () => {
    const known = { ...said("A", "nm0000001"), otherNames: ["B"] };

    expect(learnt(known, said("A"))).toBeUndefined();
    expect(learnt(known, said("B"))).toBeUndefined();
    expect(learnt(known, { ...said("A"), externalIds: { imdb: "nm0000002" } })).toBeUndefined();
  });
});

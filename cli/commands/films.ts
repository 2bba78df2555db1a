import { type Command, Option } from "commander";
import type { z } from "zod";
import { Kind, State } from "../../services/catalog/film.contract.ts";
import { get, publish, withdraw } from "../../services/catalog/films.contract.ts";
import { genreIds } from "../../services/catalog/genres.contract.ts";
import { find } from "../../services/catalog/search.contract.ts";
import type { Open } from "../io.ts";
import { decades, listedOf, whole } from "../options.ts";
import { filmText, foundText } from "../text/film.ts";

const sorts = ["relevance", "year", "-year", "title", "-title", "popularity"];

function search(films: Command, open: Open): void {
  films
    .command("search")
    .description("films by words; typing mistakes are allowed")
    .argument("[words...]", "what to look for; without any, the filters alone decide")
    .option("--genre <genres>", "genres, apart by commas", listedOf(genreIds))
    .option("--decade <decades>", "decades, apart by commas: 1980,1990", decades)
    .addOption(new Option("--kind <kind>", "kind of film").choices(Kind.options))
    .addOption(new Option("--state <state>", "state of the film").choices(State.options))
    .option("--year-from <year>", "not before this year", whole)
    .option("--year-to <year>", "not after this year", whole)
    .addOption(new Option("--sort <order>", "order").choices(sorts))
    .option("--limit <n>", "how many at most, 1 to 100", whole)
    .option("--cursor <cursor>", "the next page, as the one before it said")
    .action(async (words: string[], options: z.input<typeof find.params>, command: Command) => {
      const { out, connect } = open(command);
      const filters = { ...options, q: words.join(" "), highlight: false };
      const found = await (await connect()).ask(find, filters);
      out.result(found, (value, paint) => foundText(value, paint, out.columns));
    });
}

export function films(program: Command, open: Open): void {
  const family = program.command("films").description("find, show, publish and withdraw films");
  search(family, open);
  family
    .command("show")
    .description("one film with all that is known of it")
    .argument("<id>", "the film's id, as a search says it")
    .action(async (id: string, _: unknown, command: Command) => {
      const { out, connect } = open(command);
      const film = await (await connect()).ask(get, { id });
      out.result(film, (value, paint) => filmText(value, paint, out.columns));
    });
  for (const [name, contract] of Object.entries({ publish, withdraw })) {
    family
      .command(name)
      .description(contract.summary.toLowerCase().replace(/\.$/, ""))
      .argument("<id>", "the film's id, as a search says it")
      .action(async (id: string, _: unknown, command: Command) => {
        const { out, connect } = open(command);
        const film = await (await connect()).ask(contract, { id });
        out.result(film, ({ title, state }) => `${title} is ${state}.`);
      });
  }
}

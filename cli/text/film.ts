/** Films in plain text: one, and what a search found. */
import type { z } from "zod";
import type { Film } from "../../services/catalog/film.contract.ts";
import type { find, Hit } from "../../services/catalog/search.contract.ts";
import { type Paint, printable } from "../output.ts";
import { count } from "../progress.ts";
import { type Column, table } from "./table.ts";

type Named = { name: string; character?: string | undefined; job?: string };

const people = (list: Named[], most = 8): string =>
  [
    ...list.slice(0, most).map(({ name, character, job }) => {
      const part = character ?? job;
      return part ? `${name} (${part})` : name;
    }),
    ...(list.length > most ? [`${list.length - most} more`] : []),
  ].join(", ");

/** Breaks a text between words. */
function wrapped(text: string, most: number): string {
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(/\s+/)) {
    if (line && line.length + word.length + 1 > most) {
      lines.push(line);
      line = word;
    } else line = line ? `${line} ${word}` : word;
  }
  return [...lines, line].join("\n");
}

export function filmText(film: Film, paint: Paint, most = 100): string {
  const lines: [string, string | undefined][] = [
    ["id", `${film.id} (version ${film.version})`],
    ["state", film.state],
    ["kind", film.kind],
    ["original", film.originalTitle],
    ["released", film.releaseDate],
    ["runtime", film.runtimeMinutes ? `${film.runtimeMinutes} min` : undefined],
    ["genres", film.genres.join(", ")],
    ["countries", film.countries.join(", ")],
    ["languages", film.languages.join(", ")],
    ["rating", film.ageRating],
    ["votes", film.votes && `${film.votes.average} of 10 from ${count(film.votes.count)}`],
    ["cast", people(film.cast)],
    ["crew", people(film.crew)],
    [
      "ids",
      Object.entries(film.externalIds)
        .map((pair) => pair.join(" "))
        .join(", "),
    ],
    ["poster", film.poster],
  ];
  const { text, attribution } = film.extract ?? {};
  return [
    paint("bold", printable(film.year ? `${film.title} (${film.year})` : film.title)),
    ...lines.flatMap(([label, said]) => (said ? [`  ${label.padEnd(10)} ${printable(said)}`] : [])),
    ...(text ? ["", wrapped(printable(text), Math.min(most, 100))] : []),
    ...(attribution ? [paint("dim", `— ${printable(attribution.source)}`)] : []),
  ].join("\n");
}

const columns: Column<Hit>[] = [
  { title: "title", of: (hit) => hit.title },
  { title: "year", of: (hit) => (hit.year ? String(hit.year) : ""), right: true },
  { title: "genres", of: (hit) => hit.genres.join(", "), spare: true },
  { title: "cast", of: (hit) => hit.cast.slice(0, 3).join(", "), spare: true },
  { title: "id", of: (hit) => hit.id, whole: true },
];

type Found = z.output<typeof find.result>;

export function foundText({ items, total, next, facets }: Found, paint: Paint, most?: number) {
  if (items.length === 0) return "No film was found.\nnext:  use fewer words or filters";
  const sides = Object.entries(facets).flatMap(([name, values]) => {
    const first = values.slice(0, 6).map(({ value, count: n }) => `${value} ${count(n)}`);
    return first.length > 0 ? [paint("dim", `${name}: ${first.join(" · ")}`)] : [];
  });
  return [
    table(items, columns, paint, most),
    "",
    `${items.length} of ${count(total)} films`,
    ...sides,
    ...(next ? [`next:  more with --cursor ${next}`] : []),
  ].join("\n");
}

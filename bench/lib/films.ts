/** Films for benchmarks: the real ones where they are, else made ones of the same size. */

import { once } from "node:events";
import { createWriteStream, existsSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { createGzip } from "node:zlib";

const data =
  process.env.BIJOU_DATA ?? fileURLToPath(new URL("../../../shared/data", import.meta.url));

/** Real films of Wikipedia (docs/data.md), or undefined where they are not at hand. */
export const realFilms = (): string | undefined => {
  const file = join(data, "wikipedia-movies.ndjson.gz");
  return existsSync(file) ? file : undefined;
};

const syllables = "ba ce di fo gu la me ni po ru sa te vi zo ka lo mi na re tu".split(" ");
const genres = ["Drama", "Comedy", "Western", "Horror", "Action", "Romance", "Thriller"];

/** A word of a number: the same number, the same word. */
function word(n: number): string {
  let text = "";
  for (let rest = n + 400; rest > 0; rest = Math.floor(rest / 20)) text += syllables[rest % 20];
  return (text[0] ?? "").toUpperCase() + text.slice(1);
}

/** Writes so many distinct films in the shape of the real ones, gzipped; answers the file. */
export async function madeFilms(folder: string, count: number): Promise<string> {
  mkdirSync(folder, { recursive: true });
  const file = join(folder, `films-${count}.ndjson.gz`);
  const gzip = createGzip({ level: 1 });
  const end = once(gzip.pipe(createWriteStream(file)), "finish");
  for (let i = 0; i < count; i++) {
    const title = `${word(i)} ${word(i * 7 + 3)}`;
    const cast = Array.from(
      { length: 4 },
      (_, k) => `${word((i * 3 + k) % 28_000)} ${word(k + i)}`,
    );
    const extract =
      `${title} is a film about ${word(i + 1)} and ${word(i + 2)}, who meet in ${word(i % 900)} and ` +
      `never speak of it again. `.repeat(3 + (i % 3));
    const film = {
      title,
      year: 1900 + (i % 120),
      cast,
      genres: [genres[i % 7], genres[(i * 5 + 1) % 7]],
      href: `${title.replaceAll(" ", "_")}_${i}`,
      extract,
      thumbnail: `https://example.org/${i}.jpg`,
    };
    if (!gzip.write(`${JSON.stringify(film)}\n`)) await once(gzip, "drain");
  }
  gzip.end();
  await end;
  return file;
}

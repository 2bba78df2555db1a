/** The film that every variant answers with: this, or that of the file which is named. */
import { readFileSync } from "node:fs";

const id = "0192f3a0-7c1e-7b60-9d55-3a1c0f7e2b11";
const person = "0192f3a0-7c1e-7b60-9d55-3a1c0f7e2b12";
const cast = ["Keanu Reeves", "Laurence Fishburne", "Carrie-Anne Moss", "Hugo Weaving"];

const matrix = {
  id,
  version: 3,
  state: "published" as const,
  title: "The Matrix",
  language: "en",
  extract: {
    text:
      "The Matrix is a 1999 science fiction action film written and directed by the Wachowskis. " +
      "It depicts a dystopian future in which humanity is unknowingly trapped inside the Matrix, " +
      "a simulated reality that intelligent machines have created to distract humans while using " +
      "their bodies as an energy source.",
    attribution: { source: "Wikipedia", license: "CC BY-SA 4.0" },
  },
  kind: "film" as const,
  titles: { en: "The Matrix", ru: "Матрица" },
  year: 1999,
  releaseDate: "1999-03-31",
  runtimeMinutes: 136,
  countries: ["US", "AU"],
  languages: ["en"],
  genres: ["action" as const, "science-fiction" as const],
  tags: ["cyberpunk"],
  ageRating: "R",
  extracts: { en: { text: "A hacker learns what the world is." } },
  poster: "https://upload.wikimedia.org/wikipedia/en/c/c1/The_Matrix_Poster.jpg",
  externalIds: { imdb: "tt0133093", tmdb: "603", wikipedia: "The_Matrix" },
  votes: { count: 2_000_000, average: 8.7 },
  cast: cast.map((name) => ({ name, person })),
  crew: [{ name: "Lana Wachowski", person, job: "director" }],
  createdAt: "2026-01-01T00:00:00.000Z",
  updatedAt: "2026-01-02T00:00:00.000Z",
};

const file = process.argv[2];
export const film: typeof matrix = file ? JSON.parse(readFileSync(file, "utf8")) : matrix;

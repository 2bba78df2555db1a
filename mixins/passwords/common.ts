/**
 * The passwords that people choose most and that guessers try first, as far as they are long enough
 * to be asked about at all: made from the patterns behind them, so that the list is ours. Pure.
 */

const words = (
  "password passwort parol iloveyou welcome sunshine princess football baseball basketball monkey " +
  "dragon superman batman pokemon starwars letmein trustno1 whatever qwerty administrator " +
  "administrator123 michael jennifer jessica ashley daniel charlie computer internet samsung " +
  "liverpool chelsea arsenal barcelona juventus shadow master freedom summer winter spring autumn " +
  "flower butterfly chocolate cookie secret changeme default guest login hello hunter ninja " +
  "mustang mercedes ferrari cinema movies bijou privet lubov nastya natasha marina vladimir svetlana"
).split(" ");
const tails =
  "1 12 123 1234 12345 123456 1234567890 123456789 000 007 01 11 111 ! !! 1! 123! @123 2022 2023 2024 2025 2026".split(
    " ",
  );
const rows = [
  "1234567890",
  "0987654321",
  "qwertyuiop",
  "qwertyuiop[]",
  "asdfghjkl;",
  "asdfghjkl;'",
  "zxcvbnm,./",
  "йцукенгшщз",
  "йцукенгшщзхъ",
  "фывапролджэ",
  "ячсмитьбю.",
  "1qaz2wsx3edc",
  "1qaz2wsx3edc4rfv",
  "qazwsxedcrfv",
  "q1w2e3r4t5",
  "q1w2e3r4t5y6",
  "1q2w3e4r5t",
  "1q2w3e4r5t6y",
  "abcdefghij",
  "abcdefghijkl",
  "abcd123456",
  "123456abcd",
  "abc1234567",
  "qwerty123456",
  "123456qwerty",
  "asdf123456",
  "google123456",
  "iloveyou1234",
  "password1234",
  "mynameis123",
  "correcthorsebatterystaple",
  "letmein12345",
  "пароль12345",
  "любовь12345",
  "привет12345",
];

const letters: Record<string, string> = {
  "@": "a",
  "0": "o",
  "1": "i",
  "3": "e",
  $: "s",
  "5": "s",
};

/** What a password is when the usual disguises are taken off: case, and signs for letters. */
export const skeleton = (password: string): string =>
  password.toLowerCase().replace(/[@013$5]/g, (sign) => letters[sign] ?? sign);

/** Shorter ones are refused for their length. */
const shortest = 10;

function* made(): Generator<string> {
  yield* rows;
  for (const word of words) {
    yield word + word;
    for (const tail of tails) {
      yield word + tail;
      if (/^\d{3,}$/.test(tail)) yield tail + word;
    }
  }
}

/** Skeletons of the commonest passwords, at most 2,000. */
export const common: ReadonlySet<string> = new Set(
  [...made()].filter((text) => text.length >= shortest).map(skeleton),
);

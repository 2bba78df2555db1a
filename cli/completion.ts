/** Shell completion scripts from the tree of commands: pure text, nothing is asked at run time. */
import type { Command } from "commander";

export const shells = ["bash", "zsh", "fish"] as const;
export type Shell = (typeof shells)[number];

interface Word {
  word: string;
  description: string;
}

/** One place in the tree: what was typed so far, and what may follow. */
interface Place {
  path: string;
  words: Word[];
}

const firstLine = (text: string) => text.split("\n")[0] ?? "";

/** Every command with its sub-commands, closed argument values and options. */
export function placesOf(command: Command, path = "", inherited: Word[] = []): Place[] {
  const subs = command.commands.filter((sub) => sub.name() !== "help");
  const options = command.options.map(({ long, short, description }) => ({
    word: long ?? short ?? "",
    description: firstLine(description),
  }));
  const flags = [...inherited, ...options];
  const values = command.registeredArguments.flatMap((a) => a.argChoices ?? []);
  const words = [
    ...subs.map((sub) => ({ word: sub.name(), description: firstLine(sub.description()) })),
    ...values.map((word) => ({ word, description: "" })),
    ...flags,
    { word: "--help", description: "how it is used" },
  ];
  // --version stands at the top alone.
  const down = flags.filter((flag) => flag.word !== "--version");
  return [
    { path, words },
    ...subs.flatMap((sub) => placesOf(sub, `${path} ${sub.name()}`.trim(), down)),
  ];
}

/** Sets `at` to the longest known path among the words typed so far. */
const walk = (places: Place[]) => `  local at="" word
  for word in "\${typed[@]}"; do
    case "\${at:+$at }$word" in
      ${places.flatMap(({ path }) => (path ? [`"${path}"`] : [])).join("|")}) at="\${at:+$at }$word" ;;
    esac
  done`;

const bash = (places: Place[]) => `# bijou: completion for bash. Put this into ~/.bashrc:
#   source <(bijou completion bash)
_bijou() {
  local typed=("\${COMP_WORDS[@]:1:COMP_CWORD-1}")
${walk(places)}
  local words
  case "$at" in
${places.map((p) => `    "${p.path}") words="${p.words.map((w) => w.word).join(" ")}" ;;`).join("\n")}
  esac
  COMPREPLY=($(compgen -W "$words" -- "\${COMP_WORDS[COMP_CWORD]}"))
}
complete -o default -F _bijou bijou
`;

/** Within single quotes of a shell; zsh parts word and description by a colon. */
const quoted = ({ word, description }: Word) =>
  `'${word}:${description.replaceAll("'", "’").replaceAll(":", ",")}'`;

const zsh = (places: Place[]) => `#compdef bijou
# bijou: completion for zsh. Put this into ~/.zshrc, after compinit:
#   source <(bijou completion zsh)
_bijou() {
  local -a typed=("\${(@)words[2,CURRENT-1]}") found
${walk(places)}
  case "$at" in
${places.map((p) => `    "${p.path}") found=(${p.words.map(quoted).join(" ")}) ;;`).join("\n")}
  esac
  _describe 'bijou' found
  _files
}
compdef _bijou bijou
`;

function fish(places: Place[]): string {
  const lines = places.flatMap(({ path, words }) =>
    words.map(({ word, description }) => {
      const what = word.startsWith("--") ? `-l ${word.slice(2)}` : `-a ${word}`;
      return `complete -c bijou -n '__bijou_at "${path}"' ${what} -d '${description.replaceAll("'", "’")}'`;
    }),
  );
  const known = places.flatMap(({ path }) => (path ? [`'${path}'`] : []));
  return `# bijou: completion for fish. Put this into ~/.config/fish/config.fish:
#   bijou completion fish | source
function __bijou_at
  set -l at ''
  for word in (commandline -opc)[2..]
    set -l further (string trim -- "$at $word")
    if contains -- $further ${known.join(" ")}
      set at $further
    end
  end
  test "$at" = "$argv[1]"
end
${lines.join("\n")}
`;
}

const scripts = { bash, zsh, fish } as const;

export const completionScript = (shell: Shell, program: Command): string =>
  scripts[shell](placesOf(program));

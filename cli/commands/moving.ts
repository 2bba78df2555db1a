import type { Command } from "commander";
import type { Open } from "../io.ts";
import { backup, restore } from "../moving.ts";

const inBackup = `
The house goes on meanwhile: each document is as it was at some moment of the backup. The file holds
passwords' hashes and all that is known of people, and no secrets of the house: keep it well, and
copy DATA_DIR/secrets apart from it. It is a tar file; sha256sum -c checksums.sha256 checks it.`;
const inRestore = `
Nothing is changed before the whole file was read and found right, and the house was found empty.
With --merge what is there stays as it is, and what is not there is added.`;

export function moving(program: Command, open: Open): void {
  program
    .command("backup")
    .description("all documents and objects of the house, in a file")
    .argument("<file>", "where to, such as house.tar")
    .addHelpText("after", inBackup)
    .action((file: string, _: unknown, command: Command) => backup(open(command), file));
  program
    .command("restore")
    .description("a backup into a house, of whatever engines; compares checksums afterwards")
    .argument("<file>", "what `bijou backup` has made, - for stdin")
    .option("--merge", "into a house that is not empty: add what is not there yet")
    .addHelpText("after", inRestore)
    .action((file: string, { merge }: { merge?: boolean }, command: Command) =>
      restore(open(command), file, merge === true),
    );
}

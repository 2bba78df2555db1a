/**
 * Members of a tar file (POSIX.1-2017 pax, "ustar Interchange Format"), so that any tar can look into
 * an archive. Sizes of 8 GiB and more are written in base 256, as GNU tar and libarchive do. Pure.
 */
export const blockBytes = 512;
const largestOctal = 8 ** 11 - 1;

/** So many zeros follow a member. */
export const paddingOf = (size: number): number => (blockBytes - (size % blockBytes)) % blockBytes;
/** What a member takes: its header, its bytes, the zeros behind them. */
export const spanOf = (size: number): number => blockBytes + size + paddingOf(size);
/** Two empty blocks end the file. */
export const endBytes = 2 * blockBytes;

const octal = (value: number, digits: number): string =>
  `${Math.floor(value).toString(8).padStart(digits, "0")}\0`;

function writeSize(block: Buffer, size: number): void {
  if (size <= largestOctal) {
    block.write(octal(size, 11), 124, "latin1");
    return;
  }
  block[124] = 0x80;
  block.writeBigUInt64BE(BigInt(size), 128);
}

/**
 * The header of a member.
 *
 * @param name at most 100 ASCII characters
 * @param seconds when it was made, since the epoch
 */
export function headerOf(name: string, size: number, seconds: number): Buffer {
  const block = Buffer.alloc(blockBytes);
  block.write(name, 0, 100, "latin1");
  block.write(octal(0o600, 7), 100, "latin1");
  block.write(octal(0, 7), 108, "latin1");
  block.write(octal(0, 7), 116, "latin1");
  writeSize(block, size);
  block.write(octal(seconds, 11), 136, "latin1");
  block.write("        0", 148, "latin1");
  block.write("ustar\x0000", 257, "latin1");
  const sum = block.reduce((total, byte) => total + byte, 0);
  block.write(`${sum.toString(8).padStart(6, "0")}\0 `, 148, "latin1");
  return block;
}

/** The name of the member whose header this is; undefined for what is none. */
export function nameIn(block: Buffer): string | undefined {
  if (block.length < blockBytes || block.toString("latin1", 257, 262) !== "ustar") return undefined;
  return block.toString("latin1", 0, 100).replace(/\0.*$/s, "");
}

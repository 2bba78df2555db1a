/**
 * How an object comes, is replaced and goes. Before files are moved a note says which; when the
 * change is over, or at the next start if the process ended in between, each file of the note that
 * the sidecar does not name is removed. So no crash leaves bytes that nobody owns.
 */
import { readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { newId } from "../../services/shared/ids.ts";
import { syncFolder, writeText } from "./disk.ts";
import { type Place, placeOf, readSidecar, type Sidecar, workFolder } from "./layout.ts";

interface Note {
  readonly key: string;
  readonly files: readonly string[];
}

const settle = async (root: string, { key, files }: Note): Promise<void> => {
  const place = placeOf(root, key);
  const current = await readSidecar(place.sidecar);
  for (const file of files) {
    if (file !== current?.file) await rm(join(place.folder, file), { force: true });
  }
};

const noted = async (root: string, note: Note, change: () => Promise<void>): Promise<void> => {
  const path = join(workFolder(root), `${newId()}.note`);
  await writeFile(path, JSON.stringify(note));
  try {
    await change();
  } finally {
    await settle(root, note);
    await rm(path, { force: true });
  }
};

/** Puts a finished upload in its place and takes what was there before away. */
export const place = async (
  root: string,
  at: Place,
  upload: { bytes: string; sidecar: string; about: Sidecar },
): Promise<void> => {
  const { key, file } = upload.about;
  const before = await readSidecar(at.sidecar);
  const files = before ? [file, before.file] : [file];
  await noted(root, { key, files }, async () => {
    await writeText(upload.sidecar, JSON.stringify(upload.about));
    await rename(upload.bytes, join(at.folder, file));
    await syncFolder(at.folder);
    await rename(upload.sidecar, at.sidecar);
    await syncFolder(at.folder);
  });
};

/** @returns false if there is no such object */
export const displace = async (root: string, key: string, at: Place): Promise<boolean> => {
  const before = await readSidecar(at.sidecar);
  if (!before) return false;
  await noted(root, { key, files: [before.file] }, async () => {
    await rm(at.sidecar);
    await syncFolder(at.folder);
  });
  return true;
};

/** Removes what an earlier process left: half uploads, and the files of its notes. */
export const sweep = async (root: string): Promise<void> => {
  const folder = workFolder(root);
  for (const name of await readdir(folder)) {
    const path = join(folder, name);
    if (name.endsWith(".note")) {
      const text = await readFile(path, "utf8");
      // A note that was not written to its end is older than any change it speaks of.
      if (text.endsWith("}")) await settle(root, JSON.parse(text));
    }
    await rm(path, { force: true });
  }
};

/** The store that settings name. They are plain data: a thread opens the same store by them. */
import { DirectoryStore } from "./directory.ts";
import type { ObjectStore } from "./port.ts";
import { type S3Options, S3Store } from "./s3.ts";
import type { S3Settings } from "./s3-line.ts";

export type ObjectsSettings =
  | {
      readonly engine: "directory";
      readonly root: string;
      readonly signing?: { readonly secret: string; readonly door: string };
    }
  | { readonly engine: "s3"; readonly s3: S3Settings };

/**
 * @param options `sweep: false` in a thread, which leaves the house's leftovers to the house
 * @throws ObjectStoreError
 */
export const openObjects = (
  settings: ObjectsSettings,
  options: S3Options = {},
): Promise<ObjectStore> => {
  if (settings.engine === "s3") return S3Store.open(settings.s3, options);
  const { root, signing } = settings;
  return DirectoryStore.open(root, { signing, sweep: options.sweep });
};

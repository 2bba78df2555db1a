/**
 * The parts of NeDB below its public methods that the engine stands on. The public ones copy twice,
 * leave refused writes visible and sort whole collections; these are what they are made of. The
 * version is pinned, and the store's specs notice when one of them changes.
 */
import { createRequire } from "node:module";
import type { Stored } from "./collection.ts";
import type { TreeNode } from "./walk.ts";

export type Row<D extends Stored> = D & { _id: string };

export interface NedbIndex<D extends Stored> {
  unique: boolean;
  tree: { tree: TreeNode<Row<D>> };
  getMatching(value: unknown): Row<D>[];
}

export interface NedbDatabase<D extends Stored> {
  indexes: Record<string, NedbIndex<D>>;
  executor: { pushAsync<T>(task: () => Promise<T>): Promise<T> };
  persistence: { persistNewStateAsync(rows: object[]): Promise<void> };
  loadDatabaseAsync(): Promise<void>;
  ensureIndexAsync(options: { fieldName: string; unique: boolean; sparse: boolean }): Promise<void>;
  removeIndexAsync(field: string): Promise<void>;
  getAllData(): Row<D>[];
  _prepareDocumentForInsertion<T extends Row<D> | Row<D>[]>(rows: T): T;
  _insertInCache(rows: Row<D>[]): void;
  _updateIndexes(old: Row<D>, next: Row<D>): void;
  _removeFromIndexes(row: Row<D>): void;
}

interface Model {
  match(row: object, query: object): boolean;
  compareThings(a: unknown, b: unknown): number;
}

const require = createRequire(import.meta.url);
export const model = require("@seald-io/nedb/lib/model.js") as Model;
const Nedb = require("@seald-io/nedb") as new (options: object) => unknown;

/** A database on a file; `corruptAlertThreshold: 0` makes a damaged line a refusal to start. */
export const openNedb = <D extends Stored>(filename: string): NedbDatabase<D> =>
  new Nedb({
    filename,
    corruptAlertThreshold: 0,
    testSerializationHooks: false,
    modes: { fileMode: 0o600, dirMode: 0o700 },
  }) as NedbDatabase<D>;

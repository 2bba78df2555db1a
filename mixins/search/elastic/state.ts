/** Which generations there are and what they are for, as the cluster's aliases say. Pure. */
import type { Names } from "./names.ts";

export interface State {
  readonly serving: string | undefined;
  /** Being filled; more than one only until the later ones see each other and give way. */
  readonly building: readonly string[];
  /** Whether a rebuild was finished into what serves. */
  readonly filled: boolean;
  /** The highest number of a generation, 0 without one. */
  readonly latest: number;
}

/** What the cluster answers: the aliases of each index. */
export type Aliases = Readonly<Record<string, { readonly aliases: object }>>;

export function stateOf(names: Names, answer: Aliases): State {
  const ours = Object.keys(answer).filter((index) => names.numberOf(index) !== undefined);
  const has = (index: string, alias: string) => Object.hasOwn(answer[index]?.aliases ?? {}, alias);
  const serving = ours.find((index) => has(index, names.serving));
  return {
    serving,
    building: ours.filter((index) => has(index, names.building)),
    filled: serving !== undefined && has(serving, names.filled),
    latest: Math.max(0, ...ours.map((index) => names.numberOf(index) ?? 0)),
  };
}

/** The generations that every change must reach. */
export const living = ({ serving, building }: State): string[] =>
  serving === undefined ? [...building] : [...building, serving];

/** Generations that neither serve nor are filled, and are older than what serves. */
export function orphans(names: Names, answer: Aliases): string[] {
  const { serving, building } = stateOf(names, answer);
  const number = (index: string | undefined) => names.numberOf(index ?? "") ?? 0;
  const isLeft = (index: string) => index !== serving && !building.includes(index);
  return Object.keys(answer).filter(
    (index) => number(index) > 0 && number(index) < number(serving) && isLeft(index),
  );
}

/**
 * What older versions have left, but for the latest of them: nodes of the release before still
 * serve from that one while they are replaced.
 */
export function outdated(names: Names, indices: readonly string[]): string[] {
  const own = names.versionOf(names.generation(1)) ?? 0;
  const older = indices.filter((index) => (names.versionOf(index) ?? own) < own);
  const before = Math.max(0, ...older.map((index) => names.versionOf(index) ?? 0));
  return older.filter((index) => (names.versionOf(index) ?? 0) < before);
}

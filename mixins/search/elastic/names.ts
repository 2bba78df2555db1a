/**
 * What things are called in the cluster. `bijou-films-v1.1` is an index of films, definition 1 in
 * mapping 1; the name itself is an alias of the generation that serves, the generations end in a
 * number. Pure.
 */
import type { IndexDefinition } from "../port.ts";

/** Raised when the mapping changes: the index is then another one, filled anew. */
const mappingVersion = 1;

export interface Names {
  /** The alias of what serves. */
  readonly serving: string;
  /** The alias of what is being filled. */
  readonly building: string;
  /** The alias that a generation has once a rebuild was finished into it. */
  readonly filled: string;
  /** Every generation. */
  readonly all: string;
  /** Every generation of every version. */
  readonly family: string;
  generation(number: number): string;
  /** The number of a generation, or nothing where it is none of ours. */
  numberOf(index: string): number | undefined;
  /** The version of any generation of the family, comparable as a number. */
  versionOf(index: string): number | undefined;
}

/** @param prefix whose house it is: lower-case letters, digits and hyphens */
export function namesOf(prefix: string, { name, version }: IndexDefinition): Names {
  const family = `${prefix}-${name}-v`;
  const serving = `${family}${version}.${mappingVersion}`;
  const matched = (index: string, start: string) =>
    index.startsWith(start) ? /^(\d+)\.(\d+)-\d{6}$/.exec(index.slice(start.length)) : null;
  return {
    serving,
    building: `${serving}-building`,
    filled: `${serving}-filled`,
    all: `${serving}-*`,
    family: `${family}*`,
    generation: (number) => `${serving}-${String(number).padStart(6, "0")}`,
    numberOf: (index) => {
      const digits = index.startsWith(`${serving}-`) ? index.slice(serving.length + 1) : "";
      return /^\d{6}$/.test(digits) ? Number(digits) : undefined;
    },
    versionOf: (index) => {
      const [, definition, mapping] = matched(index, family) ?? [];
      return definition ? Number(definition) * 1_000 + Number(mapping) : undefined;
    },
  };
}

/**
 * The alias through which a generation is written: a write to an alias that is gone is refused,
 * whereas one to an index that is gone would make it anew.
 */
export const intakeOf = (index: string): string => `${index}-in`;

/** The alias through which it is filled by one rebuild alone: gone, that rebuild is over. */
export const claimOf = (index: string, token: string): string => `${index}-by-${token}`;

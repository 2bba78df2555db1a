/** Figures of rounds. */

export const sorted = (values: readonly number[]): number[] => values.toSorted((a, b) => a - b);

/** The value below which a share of all values lies (nearest rank). */
export const quantile = (values: readonly number[], share: number): number =>
  sorted(values)[Math.min(values.length - 1, Math.ceil(values.length * share) - 1)] ?? Number.NaN;

export const median = (values: readonly number[]): number => quantile(values, 0.5);

/** `1.23 (1.10 to 1.40)`: the median and the spread. */
export const spread = (values: readonly number[], digits = 2): string =>
  `${median(values).toFixed(digits)} (${Math.min(...values).toFixed(digits)} to ` +
  `${Math.max(...values).toFixed(digits)})`;

import type { DatabaseSync, StatementSync } from "node:sqlite";

/** Prepares named statements once; the names are checked by the compiler. */
export const prepareAll = <Name extends string>(
  db: DatabaseSync,
  statements: Readonly<Record<Name, string>>,
): Readonly<Record<Name, StatementSync>> => {
  const prepared: Partial<Record<Name, StatementSync>> = {};
  for (const name in statements) prepared[name] = db.prepare(statements[name]);
  return prepared as Record<Name, StatementSync>;
};

export type Prepared<T extends object> = Readonly<Record<keyof T, StatementSync>>;

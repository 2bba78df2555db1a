/** Names that a document's own fields may have, on every engine. */

/**
 * `$$` begins what is not a document in the embedded file; a dot would be read as a path.
 * @throws Error for a field name that engines reserve
 */
export function checkNames(doc: object): void {
  for (const key in doc) {
    if (key.charCodeAt(0) === 0x24 || key.includes(".")) {
      throw new Error(`A document has a field "${key}": names may not begin with $ or hold a dot.`);
    }
  }
}

/** Names of prepared statements: the same text, the same name, in a process. */
export class Names {
  readonly #names = new Map<string, string>();

  of(text: string): string {
    const known = this.#names.get(text);
    if (known) return known;
    const name = `bijou_${this.#names.size}`;
    this.#names.set(text, name);
    return name;
  }
}

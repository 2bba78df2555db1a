/** The dead letters of one redrive. */

/**
 * The ids of all there are now, found before the first is redriven: what dies again meanwhile is
 * none of them.
 *
 * @param page those behind an id, at most `size` of them
 */
export async function deadIds(
  page: (after: string | undefined) => Promise<readonly { readonly id: string }[]>,
  size: number,
): Promise<string[]> {
  const ids: string[] = [];
  for (;;) {
    const found = await page(ids.at(-1));
    ids.push(...found.map(({ id }) => id));
    if (found.length < size) return ids;
  }
}

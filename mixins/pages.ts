/** The pages of a query one after another, in its order, until whoever reads has had enough. */
import type { Query, Stored } from "./documents/collection.ts";
import type { Store } from "./documents/store.ts";

export async function* pagesOf<D extends Stored>(
  store: Store<D>,
  query: Omit<Query, "after">,
): AsyncGenerator<D[]> {
  let after: string | undefined;
  do {
    const page = await store.find({ ...query, after });
    if (page.items.length > 0) yield page.items;
    after = page.next ?? undefined;
  } while (after);
}

/**
 * Documents that were stored since a time (ISO), page by page, the newest ids first: until a page has
 * none. Some come late, so their ids are not quite in the order in which they were stored.
 */
export async function* recentPages<D extends Stored>(
  store: Store<D>,
  since: string,
): AsyncGenerator<D[]> {
  for await (const docs of pagesOf(store, { sort: "-id", limit: 100 })) {
    const recent = docs.filter(({ createdAt }) => createdAt >= since);
    if (recent.length === 0) return;
    yield recent;
  }
}

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

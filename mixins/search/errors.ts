/** How a search can fail, whatever engine it is. */

/** The cursor is not one of ours, or belongs to another query. Start again from the first page. */
export class CursorError extends Error {
  override readonly name = "CursorError";
}

/** The query names a facet, sort or limit that the index does not have. */
export class QueryError extends Error {
  override readonly name = "QueryError";
}

/** The engine broke off, is away or is closed: the request may be sent again. */
export class SearchUnavailableError extends Error {
  override readonly name: string = "SearchUnavailableError";
  /** In so many seconds it may be better, where that is known. */
  readonly retryAfter: number | undefined;

  constructor(message: string, retryAfter?: number) {
    super(message);
    this.retryAfter = retryAfter;
  }
}

/** Another node builds the index anew: it serves all nodes when it is done. */
export class RebuildElsewhereError extends Error {
  override readonly name = "RebuildElsewhereError";
}

/**
 * What every search engine of the house promises. An index is described by a value, fed with
 * versioned documents and asked in the user's own words; no operator in those words has a meaning.
 * The engines (embedded here, Elasticsearch elsewhere) pass one contract test.
 */

export interface FieldDefinition {
  readonly name: string;
  /** How much a word found here counts beside the other fields. */
  readonly weight: number;
  /**
   * - `title` the first such field leads: an exact match comes first, then what starts so
   * - `names` each text is a name in its own right, suggested while typing
   * - `text` prose: searched, but typing mistakes are not measured against its words
   */
  readonly role: "title" | "names" | "text";
}

export interface IndexDefinition {
  /** Lower-case letters, digits and hyphens; part of the index file's name. */
  readonly name: string;
  /** Raised whenever the definition or the making of documents changes: the index is then new. */
  readonly version: number;
  readonly fields: readonly FieldDefinition[];
  /** Facets are counted and filtered by; each has a few hundred values at most. */
  readonly facets: readonly string[];
  /** Values to sort and to take ranges by. */
  readonly sorts: readonly string[];
}

export interface SearchDocument {
  readonly id: string;
  /** A document of a lower version than the indexed one is ignored: messages may come late. */
  readonly version: number;
  /** Texts by field, as people read them. */
  readonly fields: Readonly<Record<string, readonly string[]>>;
  readonly facets: Readonly<Record<string, readonly string[]>>;
  readonly sorts: Readonly<Record<string, number | string | null>>;
  /** 0 (unknown) to 1 (everyone knows it). */
  readonly popularity: number;
  /** Small JSON, given back with the hit. */
  readonly stored: unknown;
}

export interface Removal {
  readonly id: string;
  /** What is indexed at a higher version stays; what comes later up to this version is ignored. */
  readonly version: number;
}

export type Filters = Readonly<Record<string, readonly string[]>>;

export interface SearchQuery {
  /** Words, any characters, any length; without it everything is found, popular first. */
  readonly q?: string;
  /** For each facet the values of which one must hold. */
  readonly filters?: Filters;
  /** Inclusive bounds on numeric sorts; what has no value is out of every range. */
  readonly ranges?: Readonly<Record<string, { readonly from?: number; readonly to?: number }>>;
  /** Without it the best match comes first. What has no value comes last in either order. */
  readonly sort?: { readonly by: string; readonly order: "asc" | "desc" };
  /** 1 to 100. */
  readonly limit: number;
  /** The `next` of the page before. */
  readonly after?: string;
  readonly facets?: boolean;
  readonly highlight?: boolean;
}

/** A text in which words were found. `ranges` are [start, end) in UTF-16 units of `text`. */
export interface Highlight {
  readonly field: string;
  readonly text: string;
  readonly ranges: readonly (readonly [number, number])[];
}

export interface SearchItem {
  readonly id: string;
  /** Comparable within one answer only. */
  readonly score: number;
  readonly stored: unknown;
  readonly highlights: readonly Highlight[];
}

export interface SearchResult {
  readonly items: readonly SearchItem[];
  /** The cursor of the next page, or null on the last one. */
  readonly next: string | null;
  /** Counts over the whole result, the most frequent first; empty unless asked for. */
  readonly facets: Readonly<Record<string, readonly { value: string; count: number }[]>>;
  readonly total: number;
}

export interface SuggestQuery {
  readonly q: string;
  readonly limit: number;
  readonly filters?: Filters;
}

/** A title (with the document it leads to) or a name found in documents. */
export type Suggestion =
  | { readonly field: string; readonly text: string; readonly id: string; readonly stored: unknown }
  | { readonly field: string; readonly text: string; readonly documents: number };

export interface SearchStats {
  readonly documents: number;
  readonly generation: number;
  /** Whether a rebuild has ever been finished into what serves: if not, one is due. */
  readonly filled: boolean;
  readonly rebuilding: boolean;
  readonly bytes: number;
}

/** A generation being filled beside the one that serves; `abandon` drops it. */
export interface Rebuild {
  put(documents: readonly SearchDocument[]): Promise<void>;
  /** Lets the new generation serve, all at once, and drops the old one. */
  commit(): Promise<void>;
  abandon(): Promise<void>;
}

export interface SearchEngine {
  /**
   * Durable when the promise resolves. A batch with a document that cannot be indexed is refused as
   * a whole; one that the engine broke off in may be in by half, and is put again without harm.
   */
  put(documents: readonly SearchDocument[]): Promise<void>;
  remove(removals: readonly Removal[]): Promise<void>;
  /** What was put and removed before, on whichever node, is seen by what is asked after. */
  settle(): Promise<void>;
  search(query: SearchQuery): Promise<SearchResult>;
  suggest(query: SuggestQuery): Promise<readonly Suggestion[]>;
  stats(): Promise<SearchStats>;
  /**
   * Opens a new generation. Until it is committed, `put` and `remove` go to both and the old one
   * answers. An unfinished one is forgotten when nobody goes on with it.
   *
   * @throws RebuildElsewhereError while another node is at it
   */
  rebuild(): Promise<Rebuild>;
  close(): Promise<void>;
}

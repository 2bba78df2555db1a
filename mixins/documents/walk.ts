/** In-order walk over the AVL trees in which NeDB keeps its indexes (binary-search-tree). */

/** A node: all documents of one key. */
export interface TreeNode<D> {
  key?: unknown;
  data: D[];
  left?: TreeNode<D> | null;
  right?: TreeNode<D> | null;
}

type Compare = (a: unknown, b: unknown) => number;

/**
 * The nodes of a tree in the order of their keys, lazily, so that a page costs what it shows.
 *
 * @param compare of keys: negative, zero, positive
 * @param from the key to begin with, it included, in the direction of the walk
 */
export function* walk<D>(
  root: TreeNode<D>,
  compare: Compare,
  descending: boolean,
  from?: { key: unknown },
): Generator<TreeNode<D>> {
  const [near, far] = descending ? (["right", "left"] as const) : (["left", "right"] as const);
  const isBefore = (node: TreeNode<D>): boolean => {
    const order = from ? compare(node.key, from.key) : 0;
    return descending ? order > 0 : order < 0;
  };
  const path: TreeNode<D>[] = [];
  let node: TreeNode<D> | null | undefined = root;
  while (node || path.length > 0) {
    while (node) {
      if (isBefore(node)) node = node[far];
      else {
        path.push(node);
        node = node[near];
      }
    }
    const next = path.pop();
    if (!next) return;
    if (next.data.length > 0) yield next;
    node = next[far];
  }
}

import type { Database } from '../store/database.js';
import { BLOCKING } from './dependencies.js';
import { type Issue, isClosed, issueLine } from './issue.js';
import { findIssue, listIssues } from './store.js';

export interface TreeNode {
  readonly issue: Issue;
  /** Relation to the node above: a part of it, a blocker, or the top. */
  readonly as: 'top' | 'part' | 'blocker';
  readonly below: readonly TreeNode[];
  /** It is shown elsewhere in the tree, with its children. */
  readonly repeated: boolean;
  /** There are further nodes below that are not shown. */
  readonly cut: boolean;
}

/** Maximum number of nodes; the output mentions the rest. */
const MOST_NODES = 500;

/** An issue (or every open issue without a parent) with its parts and blockers, at any depth. */
export function issueTree(db: Database, root: string | undefined, closed: boolean): TreeNode[] {
  const tops =
    root === undefined ? openTops(db) : [findIssue(db, root)].filter((issue) => issue !== undefined);
  const seen = new Set<string>();
  const node = (issue: Issue, as: TreeNode['as']): TreeNode => {
    const repeated = seen.has(issue.id);
    seen.add(issue.id);
    const below: TreeNode[] = [];
    let cut = false;
    const under = (ids: readonly string[], kind: TreeNode['as']) => {
      for (const id of ids) {
        if (seen.size >= MOST_NODES) {
          cut = true;
          return;
        }
        const next = findIssue(db, id);
        if (next && (closed || !isClosed(next.status))) {
          below.push(node(next, kind));
        }
      }
    };
    if (!repeated) {
      under(partsOf(db, issue.id), 'part');
      under(blockersOf(db, issue.id), 'blocker');
    }
    return { issue, as, repeated, below, cut };
  };
  return tops.map((issue) => node(issue, 'top'));
}

/** Lines with their branches. */
export function treeLines(nodes: readonly TreeNode[], before = ''): string[] {
  return nodes.flatMap((node, at) => {
    const last = at === nodes.length - 1;
    const branch = node.as === 'top' ? '' : `${before}${last ? '└─ ' : '├─ '}`;
    const below = node.as === 'top' ? '' : `${before}${last ? '   ' : '│  '}`;
    const as = node.as === 'blocker' ? 'waits for ' : '';
    const more = node.repeated ? '  (see above)' : '';
    return [
      `${branch}${as}${issueLine(node.issue)}${more}`,
      ...treeLines(node.below, below),
      ...(node.cut ? [`${below}… more below; lm tree ${node.issue.id}`] : []),
    ];
  });
}

function openTops(db: Database): Issue[] {
  const holdUp = new Set(
    db
      .all<{ id: string }>(
        `SELECT DISTINCT d.depends_on_id AS id FROM issue_deps d JOIN issues i ON i.id = d.issue_id
         WHERE d.type IN (${BLOCKING}) AND i.status NOT IN ('completed', 'cancelled')`,
      )
      .map(({ id }) => id),
  );
  return listIssues(db, { status: ['pending', 'in_progress', 'blocked'] }).filter(
    ({ id, parent_id }) => parent_id === null && !holdUp.has(id),
  );
}

function partsOf(db: Database, id: string): string[] {
  return db
    .all<{ id: string }>(
      'SELECT id FROM issues WHERE parent_id = ? AND deleted_at IS NULL ORDER BY priority, created_at, id',
      id,
    )
    .map((row) => row.id);
}

function blockersOf(db: Database, id: string): string[] {
  return db
    .all<{ id: string }>(
      `SELECT depends_on_id AS id FROM issue_deps WHERE issue_id = ? AND type IN (${BLOCKING}) ORDER BY 1`,
      id,
    )
    .map((row) => row.id);
}

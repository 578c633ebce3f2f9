import type { Issue, IssueState } from '../issues/issue.js';
import { renderTable, type Screen, type TableColumn } from '../screen.js';

interface IssueColumn extends TableColumn {
  readonly cell: (issue: Issue) => string;
  /** The column is omitted if no issue has a value. */
  readonly when?: (issue: Issue) => boolean;
}

const STATES: Readonly<Record<IssueState, 'cyan' | 'yellow' | 'red' | 'green' | 'dim'>> = {
  pending: 'cyan',
  in_progress: 'yellow',
  blocked: 'red',
  completed: 'green',
  cancelled: 'dim',
};

const COLUMNS: readonly IssueColumn[] = [
  { head: 'issue', cell: ({ id }) => id },
  { head: 'P', cell: ({ priority }) => `P${priority}`, style: (cell) => (cell === 'P0' ? 'red' : undefined) },
  { head: 'state', cell: ({ status }) => status, style: (cell) => STATES[cell as IssueState] },
  { head: 'title', cut: true, cell: ({ title }) => title },
  {
    head: 'type',
    drop: 2,
    cell: ({ type }) => type,
    when: ({ type }) => type !== 'task',
    style: () => 'dim',
  },
  {
    head: 'labels',
    cut: true,
    drop: 3,
    cell: ({ labels }) => labels.join(', '),
    when: ({ labels }) => labels.length > 0,
    style: () => 'dim',
  },
  {
    head: 'who',
    cut: true,
    drop: 1,
    cell: ({ assignee }) => assignee ?? '',
    when: ({ assignee }) => assignee !== null,
  },
];

/** Issues in columns that fit the screen. */
export function issueTable(screen: Screen, issues: readonly Issue[]): string[] {
  const shown = COLUMNS.filter(({ when }) => when === undefined || issues.some(when));
  return renderTable(
    screen,
    shown,
    issues.map((issue) => shown.map(({ cell }) => cell(issue))),
  );
}

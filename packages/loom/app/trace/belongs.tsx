import type { LoomLink, ScoreView } from '../../src/dashboard/contract/trace.js';
import { dollars, share } from '../format.js';
import { BudgetBar } from '../pages/budget-bar.js';
import { Panel } from '../parts/panel.js';
import { IssueLink, SessionLink } from '../parts/rows.js';
import { type Column, Table } from '../parts/table.js';
import { Cost, Facts, Status, Time } from '../parts/text.js';

/** The session and issue of the call, and how they were identified. */
export function Attribution({ link }: { link: LoomLink }) {
  const { session, issue, routing, budgets, basis } = link;
  return (
    <Panel title="Belongs to" side={<span class="faint">identified by {basis}</span>}>
      <Facts
        items={[
          ['Session', <SessionLink key="s" row={session} />],
          ['Agent', session.agent],
          ['State', <Status key="st" of={session.status} />],
          ['Started', <Time key="t" at={session.startedAt} />],
          ['Session cost', <Cost key="c" of={session.cost} />],
          ['Branch', session.branch],
          ['Issue', issue && <IssueLink row={issue} />],
          ['Issue cost', issue && <Cost of={issue.cost} />],
          [
            'Routed to',
            routing && (
              <span title={routing.reason ?? undefined}>
                {routing.model}{' '}
                <span class="faint">
                  by {routing.strategy}, {share(routing.confidence, 1)} confident
                </span>
              </span>
            ),
          ],
          ['Estimated', routing?.estimated != null ? dollars(routing.estimated) : null],
        ]}
      />
      {budgets.map((budget) => (
        <BudgetBar key={`${budget.scope} ${budget.of}`} budget={budget} />
      ))}
    </Panel>
  );
}

const SCORE_COLUMNS: readonly Column<ScoreView>[] = [
  { head: 'Score', cell: (row) => row.name },
  { head: 'Value', cell: (row) => String(row.value ?? '–'), numeric: true },
  { head: 'Comment', cell: (row) => row.comment ?? '', grow: true },
];

export function Scores({ scores }: { scores: readonly ScoreView[] }) {
  return (
    <Panel title="Scores">
      <Table caption="Scores of this trace" columns={SCORE_COLUMNS} rows={scores} keyOf={(row) => row.id} />
    </Panel>
  );
}

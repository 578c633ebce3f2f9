import type { SessionView } from '../../src/dashboard/contract/session.js';
import { basis, count, duration, plural, short } from '../format.js';
import { Empty, Loaded, PageHead, Panel } from '../parts/panel.js';
import { cut, IssueLink } from '../parts/rows.js';
import { type Column, Table } from '../parts/table.js';
import { Cost, Errors, Facts, ShareBar, Status, Time } from '../parts/text.js';
import { href } from '../router.js';
import { TraceTable } from '../traces/row.js';
import { useView } from '../use-view.js';
import { BudgetBar } from './budget-bar.js';
import { DECISION_COLUMNS } from './routing-columns.js';
import { lengthOf } from './session-columns.js';

type Of<K extends keyof SessionView> = SessionView[K] extends readonly (infer Row)[] ? Row : never;

export function SessionPage({ id }: { id: string }) {
  const answer = useView('sessions/:id', { id });
  return (
    <>
      {!answer.data && <PageHead title="Session" />}
      <Loaded answer={answer}>{(session) => <Session session={session} />}</Loaded>
    </>
  );
}

function Session({ session }: { session: SessionView }) {
  const { row, issue, terminationReason } = session;
  return (
    <>
      <PageHead title={cut(row.title || row.id)} above={<a href={href(['sessions'])}>Sessions</a>}>
        <Status of={row.status} />
        {row.title && <code class="faint">{row.id}</code>}
      </PageHead>
      <Facts
        items={[
          ['Cost', <Cost key="cost" of={row.cost} />],
          ['Identified by', basis(row.cost).join(' · ')],
          ['Calls', count(row.calls)],
          ['Tokens', short(row.tokens)],
          ['Agent', row.agent],
          ['Issue', issue && <IssueLink row={issue} />],
          ['Branch', row.branch],
          ['Started', <Time key="at" at={row.startedAt} />],
          ['Length', duration(lengthOf(row))],
          ['Last seen', row.endedAt === null ? <Time key="seen" at={row.lastSeenAt} /> : null],
          ['End reason', terminationReason],
        ]}
      />
      {session.budgets.length > 0 && (
        <Panel title="Budgets">
          {session.budgets.map((budget) => (
            <BudgetBar key={`${budget.scope} ${budget.of}`} budget={budget} />
          ))}
        </Panel>
      )}
      <Panel
        title="Iterations"
        side={<span class="faint">{plural(session.iterations.length, 'iteration')}</span>}
      >
        {session.iterations.length > 0 ? (
          <Table
            caption="Iterations with their cost"
            columns={iterationColumns(session.iterations)}
            rows={session.iterations}
            keyOf={(iteration) => String(iteration.n)}
          />
        ) : (
          <Empty>No iterations were recorded.</Empty>
        )}
      </Panel>
      <div class="columns">
        <Part title="Models" columns={MODELS} rows={session.models} keyOf={(of) => of.model} />
        <Part title="Tools used" columns={TOOLS} rows={session.tools} keyOf={(of) => of.name} />
        <Part title="Files" columns={FILES} rows={session.files} keyOf={(of) => of.path} />
        <Part title="Checkpoints" columns={CHECKPOINTS} rows={session.checkpoints} keyOf={(of) => of.id} />
      </div>
      <Part
        title="Routing decisions"
        columns={DECISION_COLUMNS}
        rows={session.routing}
        keyOf={(of) => of.id}
      />
      {session.traces.length > 0 && (
        <Panel
          title="Traces of MCP servers that it called"
          side={
            <a href={href(['traces'], { session: row.id, last: '90d' })}>All {count(session.traceCount)}</a>
          }
        >
          <TraceTable caption="Traces of this session" rows={session.traces} />
        </Panel>
      )}
    </>
  );
}

interface PartProps<T> {
  readonly title: string;
  readonly columns: readonly Column<T>[];
  readonly rows: readonly T[];
  readonly keyOf: (row: T) => string;
}

/** A panel with a table; empty without rows. */
function Part<T>({ title, ...table }: PartProps<T>) {
  return table.rows.length > 0 ? (
    <Panel title={title} side={<span class="faint">{count(table.rows.length)}</span>}>
      <Table caption={title} {...table} />
    </Panel>
  ) : null;
}

function iterationColumns(rows: SessionView['iterations']): Column<Of<'iterations'>>[] {
  const most = Math.max(1, ...rows.map((row) => row.cost.micros ?? 0));
  return [
    { head: 'Iteration', cell: (row) => `#${count(row.n)}` },
    {
      head: 'Cost',
      numeric: true,
      sort: (row) => row.cost.micros,
      cell: (row) => (
        <span class="with-bar end">
          <ShareBar share={(row.cost.micros ?? 0) / most} />
          <Cost of={row.cost} />
        </span>
      ),
    },
    { head: 'Tokens', numeric: true, sort: (row) => row.tokens, cell: (row) => short(row.tokens) },
    { head: 'Model calls', numeric: true, sort: (row) => row.calls, cell: (row) => count(row.calls) },
    { head: 'Tool calls', numeric: true, sort: (row) => row.tools, cell: (row) => count(row.tools) },
    {
      head: 'Length',
      numeric: true,
      cell: (row) => duration(row.endedAt === null ? null : row.endedAt - row.startedAt),
    },
    { head: 'Outcome', grow: true, cell: (row) => cut(row.outcome ?? '') },
    { head: 'Began', isWhen: true, numeric: true, cell: (row) => <Time at={row.startedAt} /> },
  ];
}

const MODELS: readonly Column<Of<'models'>>[] = [
  { head: 'Model', grow: true, cell: (row) => cut(row.model) },
  { head: 'Calls', numeric: true, cell: (row) => count(row.calls) },
  { head: 'Tokens', numeric: true, cell: (row) => short(row.tokens) },
  { head: 'Cost', numeric: true, cell: (row) => <Cost of={row.cost} /> },
];

const TOOLS: readonly Column<Of<'tools'>>[] = [
  { head: 'Tool', grow: true, cell: (row) => cut(row.name) },
  { head: 'Calls', numeric: true, sort: (row) => row.calls, cell: (row) => count(row.calls) },
  { head: 'Errors', numeric: true, cell: (row) => <Errors errors={row.errors} calls={row.calls} /> },
];

const FILES: readonly Column<Of<'files'>>[] = [
  { head: 'File', grow: true, cell: (row) => <code class="path">{cut(row.path, 200)}</code> },
  { head: 'Change', cell: (row) => row.change },
  { head: 'Added', numeric: true, cell: (row) => `+${count(row.added)}` },
  { head: 'Removed', numeric: true, cell: (row) => `−${count(row.removed)}` },
];

const CHECKPOINTS: readonly Column<Of<'checkpoints'>>[] = [
  { head: 'Summary', grow: true, cell: (row) => cut(row.summary, 300) },
  { head: 'Commit', cell: (row) => row.commit && <code>{row.commit.slice(0, 10)}</code> },
  { head: 'At', isWhen: true, numeric: true, cell: (row) => <Time at={row.at} /> },
];

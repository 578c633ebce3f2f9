import type { Agents } from '../../src/dashboard/contract/agents.js';
import type { Money } from '../../src/dashboard/contract/figures.js';
import { seriesOf } from '../charts/series.js';
import { Stacked } from '../charts/stacked.js';
import { basis, count, plural, priced, share } from '../format.js';
import { Figure } from '../parts/figure.js';
import { Empty, Loaded, PageHead, Panel } from '../parts/panel.js';
import { cut } from '../parts/rows.js';
import { type Column, Table } from '../parts/table.js';
import { Errors } from '../parts/text.js';
import { href } from '../router.js';
import { useView } from '../use-view.js';
import { OpenSessions, SyncState } from './agents-side.js';

export function AgentsPage() {
  const answer = useView('agents');
  return (
    <>
      <PageHead title="Agents" />
      <Loaded answer={answer}>{(agents) => <AgentFigures of={agents} />}</Loaded>
    </>
  );
}

function AgentFigures({ of }: { of: Agents }) {
  return (
    <>
      <section class="figures five" aria-label="Figures">
        <CostFigure name="Cost today" cost={of.cost.today} />
        <CostFigure name="Cost, 7 days" cost={of.cost.days7} />
        <CostFigure name="Cost, 30 days" cost={of.cost.days30} />
        <Figure
          name="Tool calls of agents today"
          value={count(of.calls.today)}
          notes={[`${count(of.calls.days7)} in 7 days`, `${count(of.calls.days30)} in 30 days`]}
        />
        <Figure
          name="Failed today"
          value={share(of.errors.today, of.calls.today)}
          notes={[
            plural(of.errors.today, 'failed call'),
            `${share(of.errors.days7, of.calls.days7)} in 7 days`,
            `${share(of.errors.days30, of.calls.days30)} in 30 days`,
          ]}
        />
      </section>
      <Spend />
      <div class="columns uneven">
        <Panel title="Tools of agents, 30 days">
          {of.tools.length > 0 ? (
            <Table
              caption="Tools that agents called"
              columns={TOOLS}
              rows={of.tools}
              keyOf={(row) => row.name}
            />
          ) : (
            <Empty>No agent called a tool in 30 days.</Empty>
          )}
        </Panel>
        <div>
          <OpenSessions of={of} />
          <SyncState of={of.sync} />
        </div>
      </div>
    </>
  );
}

const TOOLS: readonly Column<Agents['tools'][number]>[] = [
  { head: 'Tool', grow: true, cell: (row) => <span class="name">{cut(row.name, 80)}</span> },
  { head: 'Calls', numeric: true, sort: (row) => row.calls, cell: (row) => count(row.calls) },
  {
    head: 'Errors',
    numeric: true,
    sort: (row) => row.errors / Math.max(1, row.calls),
    cell: (row) => <Errors errors={row.errors} calls={row.calls} />,
  },
];

function CostFigure({ name, cost }: { name: string; cost: Money }) {
  const notes = basis(cost);
  return (
    <Figure
      name={name}
      value={priced(cost.micros, cost.unpriced)}
      notes={notes.length > 0 ? notes : ['no model was called']}
    />
  );
}

/** Thirty days at a glance. */
function Spend() {
  const trend = useView('trend').data;
  const series = trend ? seriesOf(trend, 'cost') : [];
  return (
    <Panel title="Cost by day" side={<a href={href(['trends'])}>Trends</a>}>
      {trend && (
        <Stacked
          days={trend.days}
          series={series}
          metric="cost"
          height={170}
          label="Cost by day and model in the last 30 days; the page Trends holds the figures"
        />
      )}
      <ul class="legend">
        {series.map(({ key, color, micros, unpriced }) => (
          <li key={key}>
            <span class={`swatch ${color}`} aria-hidden="true" /> {key}{' '}
            <span class="faint">{priced(micros, unpriced)}</span>
          </li>
        ))}
      </ul>
    </Panel>
  );
}

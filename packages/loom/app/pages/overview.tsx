import type { Money } from '../../src/dashboard/contract/figures.js';
import type { Overview } from '../../src/dashboard/contract/overview.js';
import { seriesOf } from '../charts/series.js';
import { Stacked } from '../charts/stacked.js';
import { basis, count, duration, plural, priced, share } from '../format.js';
import { Empty, Loaded, PageHead, Panel } from '../parts/panel.js';
import { Table } from '../parts/table.js';
import { TraceTable } from '../traces/row.js';
import { useView } from '../use-view.js';
import { FirstTrace } from './first-trace.js';
import { OpenSessions, SyncState } from './overview-side.js';
import { TOOL_COLUMNS } from './tool-columns.js';

const TOOLS_SHOWN = 8;

export function OverviewPage() {
  const answer = useView('overview');
  return (
    <>
      {!answer.data && <PageHead title="Overview" />}
      <Loaded answer={answer}>
        {(overview) =>
          isEmpty(overview) ? <FirstTrace url={overview.receiver.url} /> : <Figures of={overview} />
        }
      </Loaded>
    </>
  );
}

function isEmpty({ calls, cost, running, stuck, tools }: Overview): boolean {
  const { micros, unpriced } = cost.days30;
  return (
    calls.days30 === 0 &&
    micros === null &&
    unpriced === 0 &&
    running.length + stuck.length + tools.length === 0
  );
}

function Figures({ of }: { of: Overview }) {
  return (
    <>
      <PageHead title={of.project || 'Overview'} />
      <section class="figures" aria-label="Figures">
        <CostFigure name="Cost today" cost={of.cost.today} />
        <CostFigure name="Cost, 7 days" cost={of.cost.days7} />
        <CostFigure name="Cost, 30 days" cost={of.cost.days30} />
        <Figure
          name="Tool calls today"
          value={count(of.calls.today)}
          notes={[`${count(of.calls.days7)} in 7 days`, `${count(of.calls.days30)} in 30 days`]}
        />
        <Figure
          name="Errors today"
          value={share(of.errors.today, of.calls.today)}
          notes={[
            plural(of.errors.today, 'failed call'),
            `${share(of.errors.days7, of.calls.days7)} in 7 days`,
            `${share(of.errors.days30, of.calls.days30)} in 30 days`,
          ]}
        />
        <Figure
          name="Median call"
          value={duration(of.latency.p50)}
          notes={[`${duration(of.latency.p90)} p90`, `${duration(of.latency.p99)} p99`]}
        />
      </section>
      <Spend />
      <div class="columns uneven">
        <div>
          <Panel title="Tools" side={<a href="#/tools">All tools</a>}>
            {of.tools.length > 0 ? (
              <Table
                caption="Most called tools"
                columns={TOOL_COLUMNS}
                rows={of.tools.slice(0, TOOLS_SHOWN)}
                keyOf={(row) => `${row.server} ${row.tool}`}
              />
            ) : (
              <Empty>No tool was called.</Empty>
            )}
          </Panel>
          <Panel title="Recent errors" side={<a href="#/traces?status=error">All errors</a>}>
            {of.recentErrors.length > 0 ? (
              <TraceTable caption="Recent errors" rows={of.recentErrors} />
            ) : (
              <Empty>None. Good.</Empty>
            )}
          </Panel>
        </div>
        <div>
          <OpenSessions of={of} />
          <SyncState of={of.sync} />
        </div>
      </div>
    </>
  );
}

interface FigureProps {
  readonly name: string;
  readonly value: string;
  readonly notes: readonly string[];
}

function Figure({ name, value, notes }: FigureProps) {
  return (
    <div class="figure">
      <h2>{name}</h2>
      <p class="value">{value}</p>
      <ul class="faint">
        {notes.map((note) => (
          <li key={note}>{note}</li>
        ))}
      </ul>
    </div>
  );
}

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
    <Panel title="Cost by day" side={<a href="#/trends">Trends</a>}>
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

import type { Agents } from '../../src/dashboard/contract/agents.js';
import { seriesOf } from '../charts/series.js';
import { Stacked } from '../charts/stacked.js';
import { basis, count, plural, priced, share } from '../format.js';
import { Figure } from '../parts/figure.js';
import { Empty, Loaded, PageHead, Panel } from '../parts/panel.js';
import { cut } from '../parts/rows.js';
import { type Column, Table } from '../parts/table.js';
import { Errors } from '../parts/text.js';
import { href, usePlace } from '../router.js';
import type { Parameters } from '../source.js';
import { timeParameters, timeWords } from '../time/range.js';
import { RangeChoice } from '../time/range-choice.js';
import { useView } from '../use-view.js';
import { OpenSessions, SyncState } from './agents-side.js';

export function AgentsPage() {
  const { query } = usePlace();
  const parameters = timeParameters(query);
  const answer = useView('agents', { parameters });
  return (
    <>
      <PageHead title="Agents">
        <RangeChoice />
      </PageHead>
      <Loaded answer={answer}>
        {(agents) => <AgentFigures of={agents} time={timeWords(query)} parameters={parameters} />}
      </Loaded>
    </>
  );
}

interface AgentFiguresProps {
  readonly of: Agents;
  readonly time: string;
  readonly parameters: Parameters;
}

function AgentFigures({ of, time, parameters }: AgentFiguresProps) {
  const { total, before } = of;
  const notes = basis(total.cost);
  const hadCost = before.cost.micros !== null || before.cost.unpriced > 0;
  return (
    <>
      <section class="figures three" aria-label="Figures">
        <Figure
          name="Cost"
          value={priced(total.cost.micros, total.cost.unpriced)}
          notes={[
            notes.length > 0 ? notes.join(' · ') : 'no model calls',
            hadCost ? `${priced(before.cost.micros, before.cost.unpriced)} before` : 'none before',
          ]}
        />
        <Figure
          name="Tool calls of agents"
          value={count(total.calls)}
          notes={[before.calls > 0 ? `${count(before.calls)} before` : 'none before']}
        />
        <Figure
          name="Failed"
          value={share(total.errors, total.calls)}
          notes={[
            plural(total.errors, 'failed call'),
            before.calls > 0 ? `${share(before.errors, before.calls)} before` : 'no calls before',
          ]}
        />
      </section>
      <Spend parameters={parameters} time={time} />
      <div class="columns uneven">
        <Panel
          title="Tools of agents"
          side={
            of.tools.length < of.toolNames && (
              <span class="faint">
                {count(of.tools.length)} of {count(of.toolNames)}
              </span>
            )
          }
        >
          {of.tools.length > 0 ? (
            <Table
              caption="Tools that agents called"
              columns={TOOLS}
              rows={of.tools}
              keyOf={(row) => row.name}
            />
          ) : (
            <Empty>No tool calls {time}.</Empty>
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

function Spend({ parameters, time }: { parameters: Parameters; time: string }) {
  const trend = useView('trend', { parameters }).data;
  const series = trend ? seriesOf(trend, 'cost') : [];
  return (
    <Panel title="Cost" side={<a href={href(['trends'])}>Trends</a>}>
      {trend && series.length === 0 && <Empty>No model calls {time}.</Empty>}
      {trend && series.length > 0 && (
        <Stacked
          steps={trend.steps}
          widthMs={trend.widthMs}
          series={series}
          metric="cost"
          height={170}
          label="Cost over time by model; the page Trends has the figures"
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

import type { ArgumentRow, ToolView } from '../../src/dashboard/contract/tools.js';
import { Histogram } from '../charts/histogram.js';
import { count, duration, plural, share } from '../format.js';
import { ErrorTable } from '../parts/error-groups.js';
import { Figure } from '../parts/figure.js';
import { Empty, Loaded, PageHead, Panel } from '../parts/panel.js';
import { cut } from '../parts/rows.js';
import { type Column, Table } from '../parts/table.js';
import { Cost, Errors, Time } from '../parts/text.js';
import { href, usePlace } from '../router.js';
import { timeParameters } from '../time/range.js';
import { RangeChoice } from '../time/range-choice.js';
import { useView } from '../use-view.js';
import { CurvesOf } from './overview.js';
import { isPriced } from './tool-columns.js';

export function ToolPage({ id }: { id: string }) {
  const { query } = usePlace();
  const server = query.get('server') || undefined;
  const answer = useView('tools/:id', { id, parameters: { ...timeParameters(query), server } });
  return (
    <>
      <PageHead title={cut(id)} above={<a href={href(['tools'])}>Tools</a>}>
        <p class="links">
          <a href={href(['traces'], { tool: id })}>Its traces</a>
        </p>
        <RangeChoice />
      </PageHead>
      <Loaded answer={answer}>{(tool) => <Tool of={tool} query={query} />}</Loaded>
    </>
  );
}

function Tool({ of, query }: { of: ToolView; query: URLSearchParams }) {
  const { total, definition } = of;
  return (
    <>
      {definition?.description && <p class="note">{cut(definition.description, 400)}</p>}
      <section class={`figures ${isPriced(of) ? 'five' : 'four'}`} aria-label="Figures">
        <Figure
          name="Calls"
          value={count(total.requests)}
          notes={
            of.servers.length > 0 ? of.servers.map((name) => cut(name, 40)) : ['never called in this period']
          }
        />
        <Figure
          name="Error rate"
          value={share(total.errors, total.requests)}
          notes={[plural(total.errors, 'failed call')]}
        />
        <Figure
          name="Latency, p95"
          value={duration(total.latency.p95)}
          notes={[`${duration(total.latency.p50)} median · ${duration(total.latency.p99)} p99`]}
        />
        {isPriced(of) && (
          <Figure name="Cost" value={<Cost of={of.cost} />} notes={['of generations inside its calls']} />
        )}
        <Figure
          name="Definition"
          value={definition ? `≈ ${count(definition.tokens)} tokens` : 'Not known'}
          notes={
            definition
              ? [`${share(definition.share, 1)} of tools/list`, 'estimated with 4 characters per token']
              : ['no tools/list answer is recorded']
          }
        />
      </section>
      <CurvesOf query={query} filter={{ tool: of.tool }} />
      <Panel title="Error groups" side={<span class="faint">{count(of.errorGroups)}</span>}>
        {of.errors.length > 0 ? (
          <ErrorTable rows={of.errors} withClients />
        ) : (
          <Empty>{total.requests > 0 ? 'No errors.' : 'No data in this period.'}</Empty>
        )}
      </Panel>
      <div class="columns">
        <Panel title="Latency">
          {of.histogram.length > 0 ? <Histogram of={of.histogram} /> : <Empty>No completed calls.</Empty>}
        </Panel>
        <div>
          <Panel title="Arguments">
            {of.arguments.rows.length > 0 ? (
              <>
                <Table
                  caption="Arguments by use and by failure"
                  columns={argumentColumns(of.arguments)}
                  rows={of.arguments.rows}
                  keyOf={(row) => row.name}
                />
                <p class="note">
                  Based on the newest {plural(of.arguments.calls, 'call')} of this period.{' '}
                  {count(of.arguments.failed)} of them failed.
                </p>
              </>
            ) : (
              <Empty>No calls with arguments in this period.</Empty>
            )}
          </Panel>
          <Panel title="Clients">
            <Table
              caption="Clients that call it"
              columns={CLIENTS}
              rows={of.clients}
              keyOf={(row) => `${row.client} ${row.version}`}
            />
          </Panel>
        </div>
      </div>
      {of.total.requests > 0 && definition && (
        <p class="note">
          Definition from tools/list, recorded <Time at={definition.at} />.
        </p>
      )}
    </>
  );
}

function argumentColumns({ calls, failed }: ToolView['arguments']): readonly Column<ArgumentRow>[] {
  return [
    { head: 'Argument', grow: true, cell: (row) => <code>{cut(row.name, 60)}</code> },
    { head: 'Used', numeric: true, sort: (row) => row.used, cell: (row) => share(row.used, calls) },
    {
      head: 'Failed with it',
      numeric: true,
      sort: (row) => row.failed / row.used,
      cell: (row) => <Errors errors={row.failed} calls={row.used} />,
    },
    {
      head: 'Without it',
      numeric: true,
      cell: (row) => <Errors errors={failed - row.failed} calls={calls - row.used} />,
    },
  ];
}

const CLIENTS: readonly Column<ToolView['clients'][number]>[] = [
  {
    head: 'Client',
    grow: true,
    cell: (row) => (
      <>
        <a class="name" href={href(['clients', row.client ?? '(none)'])}>
          {row.client === null ? 'Not named' : cut(row.client, 60)}
        </a>{' '}
        <span class="faint">{cut(row.version ?? '', 30)}</span>
      </>
    ),
  },
  { head: 'Calls', numeric: true, sort: (row) => row.calls, cell: (row) => count(row.calls) },
  { head: 'Errors', numeric: true, cell: (row) => <Errors errors={row.errors} calls={row.calls} /> },
];

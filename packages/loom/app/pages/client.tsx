import type { ComponentChildren } from 'preact';
import type { ClientView } from '../../src/dashboard/contract/clients.js';
import { count, duration, plural, share } from '../format.js';
import { ErrorTable } from '../parts/error-groups.js';
import { Figure } from '../parts/figure.js';
import { Empty, Loaded, PageHead, Panel } from '../parts/panel.js';
import { cut } from '../parts/rows.js';
import { type Column, Table } from '../parts/table.js';
import { Errors } from '../parts/text.js';
import { href, usePlace } from '../router.js';
import { timeParameters, timeWords } from '../time/range.js';
import { RangeChoice } from '../time/range-choice.js';
import { useView } from '../use-view.js';
import { CLIENT_COLUMNS } from './client-columns.js';
import { CurvesOf } from './overview.js';

export function ClientPage({ id }: { id: string }) {
  const { query } = usePlace();
  const server = query.get('server') || undefined;
  const answer = useView('clients/:id', { id, parameters: { ...timeParameters(query), server } });
  const name = id === '(none)' ? 'Clients without a name' : cut(id);
  return (
    <>
      <PageHead title={name} above={<a href={href(['clients'])}>Clients</a>}>
        <p class="links">
          <a href={href(['traces'], { client: id })}>Its traces</a>
          <a href={href(['mcp-sessions'], { client: id })}>Its sessions</a>
        </p>
        <RangeChoice />
      </PageHead>
      <Loaded answer={answer}>
        {(client) =>
          client.total.requests > 0 ? (
            <Client of={client} curves={<CurvesOf query={query} filter={{ client: id, server }} />} />
          ) : (
            <Empty>It sent no request {timeWords(query)}.</Empty>
          )
        }
      </Loaded>
    </>
  );
}

function Client({ of, curves }: { of: ClientView; curves: ComponentChildren }) {
  const { total } = of;
  return (
    <>
      <section class="figures four" aria-label="Figures">
        <Figure
          name="Requests"
          value={count(total.requests)}
          notes={[`from ${plural(of.versions.length, 'version')}`]}
        />
        <Figure
          name="Error rate"
          value={share(total.errors, total.requests)}
          notes={[plural(total.errors, 'failed request')]}
        />
        <Figure
          name="Latency, p95"
          value={duration(total.latency.p95)}
          notes={[`${duration(total.latency.p50)} median · ${duration(total.latency.p99)} p99`]}
        />
        <Figure
          name="Calls"
          value={plural(of.tools.length, 'tool')}
          notes={['includes resources and prompts']}
        />
      </section>
      {curves}
      <Panel title="Error groups" side={<span class="faint">{count(of.errorGroups)}</span>}>
        {of.errors.length > 0 ? <ErrorTable rows={of.errors} /> : <Empty>No errors.</Empty>}
      </Panel>
      <div class="columns">
        <Panel title="Versions">
          <Table
            caption="Versions"
            columns={CLIENT_COLUMNS}
            rows={of.versions}
            keyOf={(row) => String(row.version)}
          />
        </Panel>
        <Panel title="Calls">
          <Table
            caption="Tools, resources and prompts of this client"
            columns={TOOLS}
            rows={of.tools}
            keyOf={(row) => `${row.server} ${row.tool}`}
          />
        </Panel>
      </div>
    </>
  );
}

const TOOLS: readonly Column<ClientView['tools'][number]>[] = [
  {
    head: 'Tool',
    grow: true,
    cell: (row) => (
      <a class="name" href={href(['tools', row.tool])}>
        {cut(row.tool, 60)}
      </a>
    ),
  },
  { head: 'Calls', numeric: true, sort: (row) => row.calls, cell: (row) => count(row.calls) },
  { head: 'Errors', numeric: true, cell: (row) => <Errors errors={row.errors} calls={row.calls} /> },
];

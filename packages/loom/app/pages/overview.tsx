import { useState } from 'preact/hooks';
import type { Measures } from '../../src/dashboard/contract/measures.js';
import type { Overview } from '../../src/dashboard/contract/overview.js';
import type { ToolRow } from '../../src/dashboard/contract/tools.js';
import { CurvePanels } from '../charts/curves.js';
import { ago, basis, count, duration, plural, share } from '../format.js';
import { useNow } from '../now.js';
import { ErrorTable } from '../parts/error-groups.js';
import { Figure } from '../parts/figure.js';
import { Empty, Loaded, PageHead, Panel } from '../parts/panel.js';
import { cut } from '../parts/rows.js';
import { Switch } from '../parts/switch.js';
import { Table } from '../parts/table.js';
import { Cost } from '../parts/text.js';
import { href, setQuery, usePlace } from '../router.js';
import { timeParameters, timeWords } from '../time/range.js';
import { RangeChoice } from '../time/range-choice.js';
import { useView } from '../use-view.js';
import { CLIENT_COLUMNS } from './client-columns.js';
import { FirstTrace } from './first-trace.js';
import { isPriced, TOOL_COLUMNS, TOOL_COST } from './tool-columns.js';

const TOOLS_SHOWN = 8;

/** For the person on call: what fails, since when, and for which clients. */
export function OverviewPage() {
  const { query } = usePlace();
  const parameters = { ...timeParameters(query), server: query.get('server') || undefined };
  const answer = useView('overview', { parameters });
  return (
    <Loaded answer={answer} fallback={<PageHead title="Overview" />}>
      {(overview) =>
        overview.lastAt === null && overview.servers.length === 0 ? (
          <FirstTrace url={overview.receiver.url} />
        ) : (
          <Figures of={overview} query={query} />
        )
      }
    </Loaded>
  );
}

function Figures({ of, query }: { of: Overview; query: URLSearchParams }) {
  const { total, before } = of;
  const refused = of.notReached.reduce((sum, { count: n }) => sum + n, 0);
  return (
    <>
      <PageHead
        title={query.get('server') ?? (of.servers.length === 1 ? of.servers[0] : undefined) ?? of.project}
      >
        <ServerChoice servers={of.servers} chosen={query.get('server') ?? ''} />
        <RangeChoice />
      </PageHead>
      {total.requests === 0 ? (
        <NothingHere lastAt={of.lastAt} query={query} />
      ) : (
        <section class={`figures ${isPriced(of) ? 'five' : 'four'}`} aria-label="Figures">
          <Figure
            name="Requests"
            value={count(total.requests)}
            notes={[change(total, before, (of) => of.requests, count)]}
          />
          <Figure
            name="Error rate"
            value={share(total.errors, total.requests)}
            notes={[
              <a key="errors" href={href(['errors'])}>
                {plural(total.errors, 'failed request')}
              </a>,
              change(total, before, (of) => (of.requests > 0 ? of.errors / of.requests : null), percent),
            ]}
          />
          <Figure
            name="Latency, p95"
            value={duration(total.latency.p95)}
            notes={[
              `${duration(total.latency.p50)} median · ${duration(total.latency.p99)} p99`,
              ...((total.latency.p95 ?? 1) < 1 ? ['a Worker’s clock advances only with I/O'] : []),
              change(total, before, (of) => of.latency.p95, duration),
            ]}
          />
          <Figure
            name="Never reached a handler"
            value={count(refused)}
            notes={
              refused > 0
                ? of.notReached.map(({ errorType, count: n }) => (
                    <a key={errorType} href={href(['traces'], { errorType })}>
                      {count(n)} {errorType.replaceAll('_', ' ')}
                    </a>
                  ))
                : ['Refused arguments, unknown tools, missing permission']
            }
          />
          {isPriced(of) && (
            <Figure
              name="Cost"
              value={<Cost of={of.cost} />}
              notes={['of model calls inside tools', ...basis(of.cost)]}
            />
          )}
        </section>
      )}
      <CurvesOf query={query} />
      <div class="columns">
        <Panel title="Error groups" side={<a href={href(['errors'])}>All {count(of.errorGroups)}</a>}>
          {of.errors.length > 0 ? (
            <ErrorTable rows={of.errors} />
          ) : (
            <Empty>{total.requests > 0 ? 'No errors.' : 'No data in this period.'}</Empty>
          )}
        </Panel>
        <ToolsPanel rows={of.tools.filter(({ kind }) => kind !== 'other')} />
      </div>
      <Panel title="Clients" side={<a href={href(['clients'])}>All {count(of.clientVersions)}</a>}>
        {of.clients.length > 0 ? (
          <Table
            caption="MCP clients and their versions"
            columns={CLIENT_COLUMNS}
            rows={of.clients}
            keyOf={(row) => `${row.client} ${row.version}`}
          />
        ) : (
          <Empty>No clients in this period.</Empty>
        )}
      </Panel>
    </>
  );
}

const RANKINGS = [
  ['used', 'Most used'],
  ['failing', 'Most failing'],
  ['slowest', 'Slowest'],
] as const;
type Ranking = (typeof RANKINGS)[number][0];

const WEIGHTS: Readonly<Record<Ranking, (row: ToolRow) => number>> = {
  used: (row) => row.calls,
  failing: (row) => row.errors,
  slowest: (row) => row.latency.p95 ?? 0,
};

function ToolsPanel({ rows }: { rows: readonly ToolRow[] }) {
  const [ranking, setRanking] = useState<Ranking>('used');
  const weight = WEIGHTS[ranking];
  const ranked = rows
    .filter((row) => ranking === 'used' || weight(row) > 0)
    .sort((a, b) => weight(b) - weight(a));
  return (
    <Panel
      title="Tools, resources and prompts"
      side={
        <>
          <Switch
            label="Which first"
            options={RANKINGS}
            chosen={ranking}
            choose={(chosen) => setRanking(RANKINGS.find(([name]) => name === chosen)?.[0] ?? 'used')}
          />
          <a href={href(['tools'])}>All {count(rows.length)}</a>
        </>
      }
    >
      {ranked.length > 0 ? (
        <Table
          key={ranking}
          caption="Tools, resources and prompts by calls"
          columns={rows.some(isPriced) ? [...TOOL_COLUMNS, TOOL_COST] : TOOL_COLUMNS}
          rows={ranked}
          keyOf={(row) => `${row.server} ${row.kind} ${row.tool}`}
          limit={TOOLS_SHOWN}
        />
      ) : (
        <Empty>{rows.length > 0 ? 'No failures in this period.' : 'No calls in this period.'}</Empty>
      )}
    </Panel>
  );
}

export function CurvesOf({
  query,
  filter = {},
}: {
  query: URLSearchParams;
  filter?: Record<string, string | undefined>;
}) {
  const curves = useView('curves', {
    parameters: { ...timeParameters(query), server: query.get('server') || undefined, ...filter },
  });
  return <Loaded answer={curves}>{(of) => <CurvePanels of={of} />}</Loaded>;
}

function ServerChoice({ servers, chosen }: { servers: readonly string[]; chosen: string }) {
  if (servers.length < 2) return null;
  return (
    <select
      aria-label="Server"
      class={chosen ? 'set' : undefined}
      value={chosen}
      onChange={(event) => setQuery({ server: event.currentTarget.value || undefined })}
    >
      <option value="">All servers</option>
      {servers.map((name) => (
        <option key={name} value={name}>
          {cut(name, 40)}
        </option>
      ))}
    </select>
  );
}

/** No data does not mean that all is well. */
function NothingHere({ lastAt, query }: { lastAt: number | null; query: URLSearchParams }) {
  const now = useNow();
  return (
    <p class="notice warn">
      No request was recorded {timeWords(query)}
      {lastAt === null ? '.' : `; the last one was ${ago(lastAt, now)}.`} Either there were no requests, or
      they do not arrive here. To find out, run <code>npx --no-install create-something-observe doctor</code>.{' '}
      <a href={href([], { last: '30d', from: undefined, to: undefined, since: undefined })}>Show 30 days</a>
    </p>
  );
}

const percents = new Intl.NumberFormat(undefined, { style: 'percent', maximumFractionDigits: 1 });

function percent(value: number): string {
  return percents.format(value);
}

function change(
  now: Measures,
  before: Measures | null,
  pick: (of: Measures) => number | null,
  text: (value: number) => string,
): string {
  const [a, b] = [pick(now), before && pick(before)];
  if (b === null) return 'no earlier data';
  if (a === null || a === b) return `${text(b)} before`;
  return `${a > b ? '↑' : '↓'} from ${text(b)}`;
}

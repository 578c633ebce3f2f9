import type { Trend } from '../../src/dashboard/contract/trend.js';
import { figure, known, type Metric, REST, type Series, seriesOf, stepFigure } from '../charts/series.js';
import { Stacked } from '../charts/stacked.js';
import { count, plural, share, short, stepName } from '../format.js';
import { Empty, Loaded, PageHead, Panel } from '../parts/panel.js';
import { cut } from '../parts/rows.js';
import { Select } from '../parts/select.js';
import { Switch } from '../parts/switch.js';
import { type Column, Table } from '../parts/table.js';
import { Price } from '../parts/text.js';
import { href, setQuery, usePlace } from '../router.js';
import { timeParameters, timeWords } from '../time/range.js';
import { RangeChoice } from '../time/range-choice.js';
import { useView } from '../use-view.js';

const METRICS = [
  ['cost', 'Cost'],
  ['tokens', 'Tokens'],
  ['calls', 'Calls'],
] as const;

export function TrendsPage() {
  const { query } = usePlace();
  const by = query.get('by') || undefined;
  const metric = METRICS.find(([name]) => name === query.get('metric'))?.[0] ?? 'cost';
  const answer = useView('trend', { parameters: { ...timeParameters(query), by } });
  const dimensions = useView('atlas', { parameters: timeParameters(query) }).data?.dimensions ?? [];
  const keys = ['model', ...new Set([...dimensions, ...(by && by !== 'model' ? [by] : [])])];
  return (
    <>
      <PageHead title="Trends">
        <Select
          label="Split by"
          options={keys.map((key) => [key, `By ${key}`])}
          chosen={by ?? 'model'}
          choose={(key) => setQuery({ by: key === 'model' ? undefined : key })}
        />
        <Switch
          label="Figure"
          options={METRICS}
          chosen={metric}
          choose={(name) => setQuery({ metric: name === 'cost' ? undefined : name })}
        />
        <RangeChoice />
      </PageHead>
      <Loaded answer={answer}>
        {(trend) => <TrendView trend={trend} metric={metric} time={timeWords(query)} />}
      </Loaded>
    </>
  );
}

function TrendView({ trend, metric, time }: { trend: Trend; metric: Metric; time: string }) {
  const series = seriesOf(trend, metric);
  if (series.length === 0) return <Empty>No model calls {time}.</Empty>;
  const all = known(series.map((one) => (metric === 'cost' ? one.micros : one.total)));
  const total = all ?? 0;
  const unpriced = series.reduce((sum, one) => sum + one.unpriced, 0);
  return (
    <>
      <p class="headline">
        <b>{figure(metric, all, unpriced)}</b> {metric !== 'cost' ? metric : all === null ? 'known' : 'spent'}{' '}
        {time}
        {metric === 'cost' && unpriced > 0 && (
          <span class="faint"> · {plural(unpriced, 'call')} without a price</span>
        )}
      </p>
      <Stacked
        steps={trend.steps}
        widthMs={trend.widthMs}
        series={series}
        metric={metric}
        height={300}
        label={`${metric} over time by ${trend.by}; the tables below have the figures`}
      />
      <Panel title={`By ${trend.by}`}>
        <Table
          caption={`Totals by ${trend.by}`}
          columns={totalColumns(trend.by, total)}
          rows={series}
          keyOf={({ key }) => key}
        />
      </Panel>
      <details class="days-table">
        <summary>Figures as a table</summary>
        <Table
          caption={`${metric} over time`}
          columns={stepColumns(series, metric, trend.widthMs)}
          rows={trend.steps.map((start, at) => ({ start, at })).reverse()}
          keyOf={({ start }) => String(start)}
        />
      </details>
    </>
  );
}

function totalColumns(by: string, total: number): Column<Series>[] {
  return [
    {
      head: by === 'model' ? 'Model' : by,
      grow: true,
      cell: ({ key, color }) => (
        <>
          <span class={`swatch ${color}`} aria-hidden="true" />{' '}
          {by === 'model' || key === REST ? (
            cut(key)
          ) : (
            <a href={href(['traces'], { atlas: `${by}=${key}` })} data-row>
              {cut(key)}
            </a>
          )}
        </>
      ),
    },
    {
      head: 'Share',
      numeric: true,
      sort: (row) => row.total,
      // An unknown cost has no share of the known total.
      cell: (row) =>
        row.values.some((value) => value !== null) ? (
          share(row.total, total)
        ) : (
          <span class="faint none">–</span>
        ),
    },
    {
      head: 'Cost',
      numeric: true,
      sort: (row) => row.micros,
      cell: (row) => <Price micros={row.micros} unpriced={row.unpriced} />,
    },
    { head: 'Calls', numeric: true, sort: (row) => row.calls, cell: (row) => count(row.calls) },
    { head: 'Tokens', numeric: true, sort: (row) => row.tokens, cell: (row) => short(row.tokens) },
  ];
}

interface Step {
  readonly start: number;
  readonly at: number;
}

function stepColumns(series: readonly Series[], metric: Metric, widthMs: number): Column<Step>[] {
  return [
    {
      head: 'From',
      cell: ({ start }) => (
        <a
          href={href(['traces'], {
            from: String(start),
            to: String(start + widthMs),
            last: undefined,
            since: undefined,
          })}
          data-row
        >
          {stepName(start, widthMs)}
        </a>
      ),
    },
    {
      head: 'All',
      numeric: true,
      cell: ({ at }) => stepFigure(series, metric, at),
    },
    ...series.map((one) => ({
      head: cut(one.key, 40),
      numeric: true,
      cell: ({ at }: Step) => stepFigure([one], metric, at),
    })),
  ];
}

import type { Curves, Point } from '../../src/dashboard/contract/measures.js';
import { count, duration, percentText, short } from '../format.js';
import { Panel } from '../parts/panel.js';
import { Table } from '../parts/table.js';
import { setQuery } from '../router.js';
import { Curve, type Line } from './curve.js';

/** Requests, failures and latency over the selected period, compared with the previous period. */
export function CurvePanels({ of }: { of: Curves }) {
  if (of.total.requests === 0 && !of.previous?.some(({ requests }) => requests > 0)) return null;
  const at = of.points.map((point) => point.at);
  const shared = { at, to: of.range.to, releases: of.releases, brush };
  return (
    <>
      <div class="curves">
        <Panel
          title="Requests"
          side={<Key lines={lines(of, 'Requests', '--s0', (point) => point.requests)} />}
        >
          <Curve
            {...shared}
            lines={lines(of, 'Requests', '--s0', (point) => point.requests)}
            format={short}
            label={`Requests over time: ${count(of.total.requests)} in total`}
          />
        </Panel>
        <Panel title="Error rate" side={<Key lines={lines(of, 'Error rate', '--s4', rate)} />}>
          <Curve
            {...shared}
            lines={lines(of, 'Error rate', '--s4', rate)}
            format={percentText}
            label={`Error rate over time: ${count(of.total.errors)} of ${count(of.total.requests)} requests failed`}
          />
        </Panel>
        <Panel title="Latency" side={<Key lines={latency(of)} />}>
          <Curve
            {...shared}
            lines={latency(of)}
            format={duration}
            label={`Latency over time: median ${duration(of.total.latency.p50)}, p95 ${duration(of.total.latency.p95)}`}
          />
        </Panel>
      </div>
      <CurveTable of={of} />
    </>
  );
}

function brush(from: number, to: number): void {
  setQuery({ from: String(from), to: String(to), last: undefined, since: undefined });
}

/** Null without requests, because no requests is not a rate of 0. */
function rate({ requests, errors }: Point): number | null {
  return requests > 0 ? errors / requests : null;
}

function lines(of: Curves, name: string, color: string, value: (point: Point) => number | null): Line[] {
  return [
    ...(of.previous ? [{ name: 'Before', color: '--rest', isGhost: true, values: fit(of, value) }] : []),
    { name, color, isFilled: true, values: of.points.map(value) },
  ];
}

function latency(of: Curves): Line[] {
  return [
    ...(of.previous
      ? [{ name: 'p95 before', color: '--rest', isGhost: true, values: fit(of, (point) => point.p95) }]
      : []),
    { name: 'p95', color: '--s2', values: of.points.map((point) => point.p95) },
    { name: 'p50', color: '--s0', values: of.points.map((point) => point.p50) },
  ];
}

/** One value for each point of the current period. */
function fit(of: Curves, value: (point: Point) => number | null): (number | null)[] {
  return of.points.map((_, at) => {
    const point = of.previous?.[at];
    return point ? value(point) : null;
  });
}

function Key({ lines: all }: { lines: readonly Line[] }) {
  return (
    <ul class="legend">
      {all.map(({ name, color, isGhost }) => (
        <li key={name}>
          <span class={isGhost ? 'swatch ghost' : 'swatch'} style={{ '--color': `var(${color})` }} /> {name}
        </li>
      ))}
    </ul>
  );
}

const moment = new Intl.DateTimeFormat(undefined, { dateStyle: 'short', timeStyle: 'medium' });

function CurveTable({ of }: { of: Curves }) {
  return (
    <details class="figures-table">
      <summary>Figures as a table</summary>
      <Table
        caption="Requests, failures and latency over time"
        columns={[
          { head: 'From', cell: (row) => moment.format(row.at) },
          { head: 'Requests', numeric: true, cell: (row) => count(row.requests) },
          { head: 'Errors', numeric: true, cell: (row) => count(row.errors) },
          { head: 'p50', numeric: true, cell: (row) => duration(row.p50) },
          { head: 'p95', numeric: true, cell: (row) => duration(row.p95) },
        ]}
        rows={of.points}
        keyOf={(row) => String(row.at)}
      />
    </details>
  );
}

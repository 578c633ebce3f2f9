import type { Routing } from '../../src/dashboard/contract/routing.js';
import { Calibration } from '../charts/calibration.js';
import { count, share } from '../format.js';
import { Line } from '../parts/copy.js';
import { Empty, Loaded, PageHead, Panel } from '../parts/panel.js';
import { type Column, Table } from '../parts/table.js';
import { usePlace } from '../router.js';
import { useView } from '../use-view.js';
import { DaysChoice, daysOf } from './days.js';
import { DECISION_COLUMNS } from './routing-columns.js';

type Fifth = Routing['calibration'][number];

const FIFTHS: readonly Column<Fifth>[] = [
  { head: 'Confidence', cell: ({ from, to }) => `${share(from, 1)} – ${share(to, 1)}` },
  { head: 'Decisions', numeric: true, cell: (row) => count(row.decisions) },
  { head: 'Outcomes', numeric: true, cell: (row) => count(row.withOutcome) },
  { head: 'Claimed', numeric: true, cell: (row) => shareOf(row.confidence) },
  { head: 'Right', numeric: true, cell: (row) => shareOf(row.successRate) },
  { head: 'Reads as', cell: (row) => verdict(row) },
];

/** Nearer than this a fifth counts as calibrated. */
const NEAR = 0.1;
const FEW = 5;

export function RoutingPage() {
  const { query } = usePlace();
  const answer = useView('routing', { parameters: { days: daysOf(query) } });
  return (
    <>
      <PageHead title="Routing">
        <DaysChoice query={query} />
      </PageHead>
      <Loaded answer={answer}>
        {({ calibration, rows }) =>
          rows.length > 0 ? (
            <>
              <Panel title="Calibration">
                <div class="calibration">
                  <Calibration fifths={calibration} />
                  <div>
                    <p class="note">
                      A dot on the line is right as often as it claims to be. Below it, decisions are too sure
                      of themselves; above it, too shy.
                    </p>
                    <Table
                      caption="Confidence beside success rate"
                      columns={FIFTHS}
                      rows={calibration.filter(({ decisions }) => decisions > 0)}
                      keyOf={({ from }) => String(from)}
                    />
                  </div>
                </div>
              </Panel>
              <Panel title="Decisions">
                <Table
                  caption="Routing decisions"
                  columns={DECISION_COLUMNS}
                  rows={rows}
                  keyOf={({ id }) => id}
                />
              </Panel>
            </>
          ) : (
            <>
              <Empty>No routing decisions in this time. What records one:</Empty>
              <Line text="lm route record --help" />
            </>
          )
        }
      </Loaded>
    </>
  );
}

function shareOf(value: number | null) {
  return value === null ? <span class="faint">–</span> : share(value, 1);
}

function verdict({ confidence, successRate, withOutcome }: Fifth): string {
  if (confidence === null || successRate === null) return 'no outcome yet';
  if (withOutcome < FEW) return 'too few to tell';
  const off = successRate - confidence;
  return Math.abs(off) <= NEAR ? 'calibrated' : off < 0 ? 'too sure' : 'too shy';
}

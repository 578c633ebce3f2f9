import type { Routing } from '../../src/dashboard/contract/routing.js';
import { Calibration } from '../charts/calibration.js';
import { count, plural, share } from '../format.js';
import { Line } from '../parts/copy.js';
import { MoreRows } from '../parts/more-rows.js';
import { Empty, Loaded, PageHead, Panel } from '../parts/panel.js';
import { type Column, Table } from '../parts/table.js';
import { usePlace } from '../router.js';
import { addressOf, read } from '../source.js';
import { timeParameters, timeWords } from '../time/range.js';
import { RangeChoice } from '../time/range-choice.js';
import { useView } from '../use-view.js';
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
  const parameters = timeParameters(query);
  const answer = useView('routing', { parameters });
  return (
    <>
      <PageHead title="Routing">
        <p class="count">{answer.data && plural(answer.data.total, 'decision')}</p>
        <RangeChoice />
      </PageHead>
      <Loaded answer={answer}>
        {({ calibration, rows, next }) =>
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
                <MoreRows
                  key={JSON.stringify(parameters)}
                  first={rows}
                  next={next}
                  more={(before) =>
                    read<'routing'>(addressOf('routing', undefined, { ...parameters, before }))
                  }
                  keyOf={({ id }) => id}
                >
                  {(all) => (
                    <Table
                      caption="Routing decisions"
                      columns={DECISION_COLUMNS}
                      rows={all}
                      keyOf={({ id }) => id}
                    />
                  )}
                </MoreRows>
              </Panel>
            </>
          ) : (
            <>
              <Empty>No routing decision was recorded {timeWords(query)}. What records one:</Empty>
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

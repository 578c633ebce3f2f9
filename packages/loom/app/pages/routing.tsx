import type { Routing } from '../../src/dashboard/contract/routing.js';
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
import { JudgementPanels } from './routing-judgement.js';

type CalibrationBin = Routing['calibration'][number];

const BIN_COLUMNS: readonly Column<CalibrationBin>[] = [
  { head: 'Confidence', cell: ({ from, to }) => `${share(from, 1)} – ${share(to, 1)}` },
  { head: 'Decisions', numeric: true, cell: (row) => count(row.decisions) },
  { head: 'Outcomes', numeric: true, cell: (row) => count(row.withOutcome) },
  { head: 'Confidence (mean)', numeric: true, cell: (row) => shareOf(row.confidence) },
  { head: 'Success', numeric: true, cell: (row) => shareOf(row.successRate) },
];

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
        {({ judgement, calibration, rows, next }) =>
          rows.length > 0 ? (
            <>
              <JudgementPanels judgement={judgement} />
              <Panel title="Recorded outcomes">
                <p class="note">Only outcomes that were recorded with a decision.</p>
                <Table
                  caption="Confidence and recorded outcomes"
                  columns={BIN_COLUMNS}
                  rows={calibration.filter(({ decisions }) => decisions > 0)}
                  keyOf={({ from }) => String(from)}
                />
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
                      limit={all.length}
                    />
                  )}
                </MoreRows>
              </Panel>
            </>
          ) : (
            <>
              <Empty>No routing decision was recorded {timeWords(query)}. To record one:</Empty>
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

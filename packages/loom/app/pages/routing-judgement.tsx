import type { Bin, Judgement, Regret } from '../../src/dashboard/contract/routing.js';
import { Calibration } from '../charts/calibration.js';
import { count, dollars, plural, share } from '../format.js';
import { Panel } from '../parts/panel.js';
import { type Column, Table } from '../parts/table.js';

const BINS: readonly Column<Bin>[] = [
  { head: 'Forecast', cell: ({ from, to }) => `${share(from, 1)} – ${share(to, 1)}` },
  { head: 'Decisions', numeric: true, cell: (bin) => count(bin.decisions) },
  { head: 'Mean forecast', numeric: true, cell: (bin) => shareOf(bin.forecast) },
  { head: 'Succeeded', numeric: true, cell: (bin) => shareOf(bin.observed) },
  { head: 'Reads as', cell: (bin) => verdict(bin) },
];

const REGRET: readonly Column<Regret>[] = [
  { head: 'Kind', grow: true, cell: ({ kind }) => kind },
  { head: 'Decisions', numeric: true, cell: ({ decisions }) => count(decisions) },
  { head: 'Always best', numeric: true, cell: ({ beside }) => dollars(beside['always best']) },
  { head: 'Always cheapest', numeric: true, cell: ({ beside }) => dollars(beside['always cheapest']) },
  { head: 'Earlier rules', numeric: true, cell: ({ beside }) => dollars(beside['earlier rules']) },
];

/** A bin counts as calibrated if forecast and outcome differ by less than this. */
const NEAR = 0.1;
const FEW = 5;

/** The figures of `lm route report`. */
export function JudgementPanels({ judgement }: { judgement: Judgement }) {
  const { reliability, regret } = judgement;
  return (
    <>
      <Panel title="Reliability">
        {reliability.decisions === 0 ? (
          <p class="note">
            No outcomes yet. An issue counts as done a day after it was completed, unless it is reopened. To
            change that time, set <code>settle_hours</code> in <code>.loom/routing.json</code>.
          </p>
        ) : (
          <div class="calibration">
            <Calibration bins={reliability.bins} />
            <div>
              <p class="note">
                Outcomes of {plural(reliability.decisions, 'decision')}, from issues, sessions, tests and
                people. A dot on the line means that the forecast was exact. Below the line, forecasts are too
                high. Above it, they are too low.
              </p>
              <Table
                caption="Forecast and success"
                columns={BINS}
                rows={reliability.bins.filter(({ decisions }) => decisions > 0)}
                keyOf={({ from }) => String(from)}
              />
              <p class="note">
                Brier score {figure(reliability.brier)} (0.250 is random), calibration error{' '}
                {figure(reliability.calibrationError)}.
              </p>
              <Remarks judgement={judgement} />
            </div>
          </div>
        )}
      </Panel>
      {regret.length > 0 && (
        <Panel title="Regret">
          <p class="note">
            How much better each rule would have been (below 0: worse), estimated with today’s history.
          </p>
          <Table caption="Regret by kind of work" columns={REGRET} rows={regret} keyOf={({ kind }) => kind} />
        </Panel>
      )}
    </>
  );
}

function Remarks({ judgement: { explored, overridden, contradicting } }: { judgement: Judgement }) {
  const remarks = [
    ...(explored > 0 ? [`${plural(explored, 'decision')} explored.`] : []),
    ...(overridden > 0 ? [`${plural(overridden, 'decision')} overrode a recommendation.`] : []),
    ...(contradicting.length > 0 ? [`The evidence is contradictory for ${contradicting.join(', ')}.`] : []),
  ];
  return remarks.length > 0 ? <p class="note">{remarks.join(' ')}</p> : null;
}

function figure(value: number | null): string {
  return value === null ? '–' : value.toFixed(3);
}

function shareOf(value: number | null) {
  return value === null ? <span class="faint">–</span> : share(value, 1);
}

function verdict({ decisions, forecast, observed }: Bin): string {
  if (forecast === null || observed === null) return 'no outcome yet';
  if (decisions < FEW) return 'not enough data';
  const off = observed - forecast;
  return Math.abs(off) <= NEAR ? 'calibrated' : off < 0 ? 'too confident' : 'too cautious';
}

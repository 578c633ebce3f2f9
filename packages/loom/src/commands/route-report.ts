import { resolve } from 'node:path';
import { EXIT, LoomError } from '../errors.js';
import { formatMicros } from '../money.js';
import { type Outcome, table } from '../output.js';
import { readRoutingConfig } from '../routing/config.js';
import { history } from '../routing/history.js';
import { type Judgement, judge, type Reliability, RULES, replay } from '../routing/judge.js';
import { routingReport } from '../routing/report.js';
import type { Database } from '../store/database.js';
import { requireLoomDir } from '../store/folder.js';
import { readExports } from '../transfer/read-export.js';
import { command, withLoomToRead } from './spec.js';
import { readSince } from './times.js';

export const routeReport = command({
  builder: (yargs) =>
    yargs
      .option('by', {
        choices: ['model', 'strategy', 'confidence'] as const,
        default: 'confidence' as const,
        describe: 'Group by',
      })
      .option('since', { type: 'string', describe: 'From this date, or for this long, such as 7d' })
      .option('replay', {
        type: 'boolean',
        default: false,
        describe: 'Forecast each past session from all others, to check the forecasts',
      })
      .option('export', {
        type: 'string',
        array: true,
        default: [] as string[],
        describe: 'With --replay: files of `lm export` instead of this Loom, one or more, such as a team’s',
      })
      .option('full', {
        type: 'boolean',
        default: false,
        describe: 'With --json: an object of the groups, reliability, Brier score and regret',
      }),
  run: async (args) => {
    const now = Date.now();
    const since = readSince(args.since, now);
    if (args.export.length > 0) {
      if (!args.replay) {
        throw new LoomError('--export needs --replay.', 'Add --replay.', EXIT.usage);
      }
      const db = await readExports(args.export.map((file) => resolve(args.cwd, file)));
      try {
        return replayed(db, since, now);
      } finally {
        db.close();
      }
    }
    return withLoomToRead(args, (db) => {
      const { settle_hours } = readRoutingConfig(requireLoomDir(args.cwd));
      if (args.replay) {
        return replayed(db, since, now, settle_hours);
      }
      const groups = routingReport(db, args.by, since);
      const judgement = judge(db, since, now, settle_hours);
      const percent = (share: number | null) => (share === null ? '-' : `${Math.round(share * 100)} %`);
      const rows = groups.map((group) => [
        group.key,
        group.decisions,
        group.with_outcome,
        percent(group.confidence),
        percent(group.success_rate),
        formatMicros(group.estimated_cost_micros),
        formatMicros(group.actual_cost_micros),
      ]);
      const head = [args.by, 'decisions', 'outcomes', 'confidence', 'success', 'estimated', 'actual'];
      return {
        data: args.full ? { groups, ...judgement } : groups,
        text:
          rows.length > 0
            ? [table(head, rows), ...judgementLines(judgement)].join('\n')
            : 'No routing decisions. `lm route <issue>` makes one, and `lm route record` records your own.',
      };
    });
  },
});

/** Forecasts each session with a known outcome from all others. */
function replayed(db: Database, since: number, now: number, settleHours?: number): Outcome {
  const works = history(db, now, { settleHours }).filter(({ at }) => at >= since);
  const data = replay(works);
  return {
    data,
    text:
      data.decisions === 0
        ? 'No session on an issue has an outcome yet.'
        : [
            `${data.decisions} sessions with an outcome, each forecast from all others.`,
            ...reliabilityLines(data),
          ].join('\n'),
  };
}

function judgementLines({ reliability, regret, explored, overridden, contradicting }: Judgement): string[] {
  if (reliability.decisions === 0) {
    return [
      'There are no outcomes yet. An issue counts as done a day after it was completed, unless it is reopened.',
    ];
  }
  return [
    '',
    `Outcomes of ${reliability.decisions} decisions, from issues, sessions, tests and people:`,
    ...reliabilityLines(reliability),
    ...(regret.length > 0
      ? [
          '',
          'Gain of each rule over lm route in dollars (below 0: worse), estimated with today’s history:',
          table(
            ['kind', 'decisions', ...RULES],
            regret.map(({ kind, decisions, beside }) => [
              kind,
              decisions,
              ...RULES.map((rule) => signed(beside[rule])),
            ]),
          ),
        ]
      : []),
    ...(explored > 0 ? [`${explored} decisions explored.`] : []),
    ...(overridden > 0 ? [`${overridden} decisions overrode a recommendation.`] : []),
    ...(contradicting.length > 0 ? [`The evidence is contradictory for ${contradicting.join(', ')}.`] : []),
  ];
}

function reliabilityLines({ bins, brier, calibration_error }: Reliability): string[] {
  const percent = (share: number | null) => (share === null ? '-' : `${(share * 100).toFixed(1)} %`);
  return [
    table(
      ['forecast', 'decisions', 'mean forecast', 'succeeded'],
      bins
        .filter(({ decisions }) => decisions > 0)
        .map(({ from, to, decisions, forecast, observed }) => [
          `${Math.round(from * 100)}-${Math.round(to * 100)} %`,
          decisions,
          percent(forecast),
          percent(observed),
        ]),
    ),
    `Brier score ${brier?.toFixed(3)} (0.250 is random), calibration error ${calibration_error?.toFixed(3)}.`,
  ];
}

function signed(micros: number): string {
  return `${micros < 0 ? '-' : ''}${formatMicros(Math.abs(Math.round(micros)))}`;
}

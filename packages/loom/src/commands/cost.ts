import { readTerms } from '../atlas.js';
import { keepManySums } from '../cost/keep-sums.js';
import { projection } from '../cost/periods.js';
import { COST_KEYS, costReport, unpricedModels } from '../cost/report.js';
import type { Outcome } from '../output.js';
import type { Screen } from '../screen.js';
import type { Database } from '../store/database.js';
import { withAllProjects } from './all-projects.js';
import { costLines, totalOf } from './cost-table.js';
import { command, withLoomToRead } from './spec.js';
import { readSince, readTime } from './times.js';

export const cost = command({
  builder: (yargs) =>
    yargs
      .option('by', { choices: COST_KEYS, default: 'issue' as const, describe: 'Group by' })
      .option('since', { type: 'string', describe: 'From this date, or for this long, such as 7d' })
      .option('until', { type: 'string', describe: 'Up to this date' })
      .option('dimension', {
        type: 'string',
        default: 'ai_task.type',
        describe: 'With --by atlas: the Atlas dimension to group by',
      })
      .option('watch', {
        type: 'boolean',
        default: false,
        describe: 'On a terminal, refresh every 2 seconds',
      })
      .option('atlas', {
        type: 'string',
        describe: 'Only calls with this term, such as ai_task.type=generate',
      })
      .option('all-projects', {
        type: 'boolean',
        default: false,
        describe: 'Everything that agents did on this machine; needs no project',
      }),
  run: async (args): Promise<Outcome> => {
    const look = () =>
      (args.allProjects ? withAllProjects : withLoomToRead)(args, (db: Database) => {
        keepManySums(db);
        const now = Date.now();
        const [only] = args.atlas === undefined ? [] : Object.entries(readTerms(undefined, [args.atlas]));
        const filter = {
          since: readSince(args.since, now),
          until: args.until === undefined ? Number.MAX_SAFE_INTEGER : readTime(args.until, now),
          dimension: args.dimension,
          atlas: only && { dimension: only[0], term: only[1] },
        };
        const rows = costReport(db, args.by, filter);
        const unpriced = unpricedModels(db, filter);
        const last = args.by === 'block' ? rows.at(-1) : undefined;
        const projected = last && projection(last.key, last.cost_micros, now);
        const text = (screen: Screen) =>
          rows.length === 0 ? NOTHING : costLines(screen, args.by, rows, unpriced, projected).join('\n');
        return {
          data: {
            by: args.by,
            rows,
            total: totalOf(rows),
            unpriced_models: unpriced,
            ...(projected ? { projection: projected } : {}),
          },
          text: text({ width: undefined, colour: false }),
          screen: text,
        };
      });
    return { ...(await look()), ...(args.watch ? { live: { everyMs: WATCH_MS, look } } : {}) };
  },
});

const WATCH_MS = 2000;
const NOTHING = 'No calls recorded in that time. `lm ingest` imports the transcripts on this machine.';

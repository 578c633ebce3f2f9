import { requireIssue } from '../issues/store.js';
import { STRATEGIES } from '../routing/choose.js';
import { routeIssue } from '../routing/decide.js';
import { readAmount, readShare, readSpan } from './route-options.js';
import { routeLines } from './route-text.js';
import { command, withLoom } from './spec.js';

export const route = command({
  builder: (yargs) =>
    yargs
      .positional('id', { type: 'string', demandOption: true, describe: 'Issue' })
      .option('strategy', {
        alias: 's',
        choices: STRATEGIES,
        default: 'balanced' as const,
        describe:
          'best: chance of success; cheapest, fastest: cost or time per success; balanced: value minus cost',
      })
      .option('among', {
        type: 'string',
        array: true,
        default: [] as string[],
        describe: 'Only these: agent, model or agent/model; separate several with commas',
      })
      .option('max-cost', { type: 'string', describe: 'Maximum expected cost in US dollars' })
      .option('max-time', {
        type: 'string',
        describe: 'Maximum expected duration, such as 30m or 2h',
      })
      .option('explore', {
        type: 'string',
        describe:
          'Share of decisions that try the candidate with the least history, such as 5%. The default is never',
      }),
  run: (args) =>
    withLoom(args, async (db, loomDir) => {
      const issue = requireIssue(db, args.id);
      const { decision, recommendation } = await routeIssue(db, loomDir, {
        issue,
        strategy: args.strategy,
        among: args.among.flatMap((name) => name.split(',')).filter(Boolean),
        limits: {
          maxCostMicros: args.maxCost === undefined ? undefined : readAmount(args.maxCost),
          maxDurationMs: args.maxTime === undefined ? undefined : readSpan(args.maxTime),
        },
        explore: args.explore === undefined ? 0 : readShare(args.explore),
        now: Date.now(),
      });
      return { data: decision, text: routeLines(decision.id, recommendation).join('\n') };
    }),
});

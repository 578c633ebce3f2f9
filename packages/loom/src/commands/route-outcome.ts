import { formatMicros, parseDollars } from '../money.js';
import { recordOutcome } from '../routing/store.js';
import { command, withLoom } from './spec.js';

export const routeOutcome = command({
  builder: (yargs) =>
    yargs
      .positional('decision', { type: 'string', demandOption: true, describe: 'Routing decision' })
      .option('success', {
        type: 'boolean',
        demandOption: true,
        describe: 'Whether the choice was good enough',
      })
      .option('cost', {
        type: 'string',
        describe: 'Cost in US dollars (default: the calls of its session)',
      })
      .option('notes', { type: 'string', describe: 'What happened' }),
  run: (args) =>
    withLoom(args, (db) => {
      const decision = recordOutcome(
        db,
        args.decision,
        {
          success: args.success,
          costMicros: args.cost === undefined ? undefined : parseDollars(args.cost),
          notes: args.notes,
        },
        Date.now(),
      );
      return {
        data: decision,
        text: `${decision.id}  ${decision.chosen_model}  ${args.success ? 'succeeded' : 'failed'}  ${formatMicros(decision.actual_cost_micros)}`,
      };
    }),
});

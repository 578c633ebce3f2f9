import { randomUUID } from 'node:crypto';
import { findIssue } from '../issues/store.js';
import { formatMicros, parseDollars } from '../money.js';
import { recordExecution } from '../routing/executions.js';
import { kindOf } from '../routing/kind.js';
import { taskOf } from '../routing/recommend.js';
import { command, withLoom } from './spec.js';

/** Only used as the earlier Loom's MCP tool of that name. */
export const routeExecution = command({
  builder: (yargs) =>
    yargs
      .option('agent', { type: 'string', describe: 'The agent that did the work' })
      .option('model', { type: 'string', default: 'unknown', describe: 'Its model' })
      .option('issue', { type: 'string', describe: 'Issue of the work' })
      .option('success', { type: 'boolean', default: true, describe: 'Whether the result was good enough' })
      .option('cost', { type: 'string', describe: 'US dollars' })
      .option('notes', { type: 'string', describe: 'What happened' }),
  run: (args) =>
    withLoom(args, (db) => {
      const issue = args.issue === undefined ? undefined : findIssue(db, args.issue);
      const cost = args.cost === undefined ? null : parseDollars(args.cost);
      const execution = {
        id: `exe-${randomUUID()}`,
        agent: args.agent ?? null,
        model: args.model,
        kind: issue ? (kindOf(issue, taskOf(db, issue.id))[0] ?? null) : null,
        issueId: issue?.id ?? null,
        success: args.success,
        costMicros: cost,
        durationMs: null,
        says: args.notes ?? 'recorded by the agent',
        at: Date.now(),
      };
      recordExecution(db, execution);
      return {
        data: execution,
        text: `${execution.agent ?? 'someone'}: ${args.success ? 'succeeded' : 'failed'}, ${formatMicros(cost)}`,
      };
    }),
});

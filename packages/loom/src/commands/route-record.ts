import { readTerms, tag } from '../atlas.js';
import { requireIssue } from '../issues/store.js';
import { parseDollars } from '../money.js';
import { recordDecision, requireDecision } from '../routing/store.js';
import { currentSession } from '../sessions/current.js';
import { requireSession } from '../sessions/store.js';
import { ATLAS } from './atlas-options.js';
import { command, withLoom } from './spec.js';

export const routeRecord = command({
  builder: (yargs) =>
    yargs
      .option('model', { type: 'string', demandOption: true, describe: 'Chosen model' })
      .option('confidence', { type: 'number', demandOption: true, describe: 'Confidence, 0 to 1' })
      .option('strategy', { type: 'string', default: 'manual', describe: 'How it was chosen' })
      .option('agent', { type: 'string', describe: 'Chosen agent' })
      .option('reason', { type: 'string', describe: 'Why' })
      .option('alternative', {
        type: 'string',
        array: true,
        default: [] as string[],
        describe: 'The alternatives',
      })
      .option('estimate', { type: 'string', describe: 'Expected cost in US dollars' })
      .option('overrides', {
        type: 'string',
        describe: 'The decision of `lm route` that this one overrides; give the reason with --reason',
      })
      .option('issue', { type: 'string', describe: 'Issue (default: the one of the session)' })
      .option('session', { type: 'string', describe: 'Session (default: the current one)' })
      .option('task', { type: 'string', describe: 'Atlas ai_task.type of what is routed' })
      .option('atlas', ATLAS),
  run: (args) =>
    withLoom(args, (db) =>
      db.transaction(() => {
        const session =
          args.session === undefined ? currentSession(db, args.cwd) : requireSession(db, args.session);
        const over = args.overrides === undefined ? undefined : requireDecision(db, args.overrides);
        const decision = recordDecision(
          db,
          {
            model: args.model,
            confidence: args.confidence,
            strategy: args.strategy,
            agent: args.agent,
            reason: args.reason,
            alternatives: args.alternative,
            estimatedCostMicros: args.estimate === undefined ? undefined : parseDollars(args.estimate),
            sessionId: session?.id ?? null,
            issueId:
              args.issue === undefined
                ? (over?.issue_id ?? session?.issue_id ?? null)
                : requireIssue(db, args.issue).id,
            overrides: over?.id,
          },
          Date.now(),
        );
        tag(db, 'routing', decision.id, readTerms(args.task, args.atlas));
        return {
          data: decision,
          text: `${decision.id}  ${decision.chosen_model}  confidence ${decision.confidence}\nLater: lm route outcome ${decision.id} --success (or --no-success)`,
        };
      }),
    ),
});

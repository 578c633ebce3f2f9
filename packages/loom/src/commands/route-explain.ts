import { formatMicros } from '../money.js';
import { evidenceOf } from '../routing/outcomes.js';
import { nameOf } from '../routing/recommend.js';
import { requireDecision } from '../routing/store.js';
import { renderTable } from '../screen.js';
import { estimateCells } from './route-text.js';
import { command, withLoomToRead } from './spec.js';

const PLAIN = { width: undefined, colour: false };

export const routeExplain = command({
  builder: (yargs) =>
    yargs.positional('decision', { type: 'string', demandOption: true, describe: 'Routing decision' }),
  run: (args) =>
    withLoomToRead(args, (db) => {
      const decision = requireDecision(db, args.decision);
      const { forecast } = decision;
      const outcome = evidenceOf(db, decision, Date.now());
      const head = ['candidate', 'chance', '90 % range', 'cost', 'duration', 'own sessions', 'learned'];
      const lines = forecast
        ? [
            `${decision.id}: ${decision.strategy} for ${decision.issue_id ?? 'no issue'}, kind ${forecast.kind.at(-1)}.${decision.explored ? ' It explored.' : ''}`,
            ...renderTable(
              PLAIN,
              head.map((name) => ({ head: name })),
              forecast.candidates.map(estimateCells),
            ),
            ...forecast.excluded.map(({ name, why }) => `${name} was left out: ${why}.`),
            `A success is worth ${formatMicros(Math.round(forecast.weights.success))}, an hour ${formatMicros(Math.round(forecast.weights.hour))}. \`weights\` in .loom/routing.json change both.`,
          ]
        : [
            `${decision.id}: ${nameOf({ agent: decision.chosen_agent ?? '', model: decision.chosen_model })}, confidence ${decision.confidence}, entered by hand (${decision.strategy}).`,
          ];
      return {
        data: { ...decision, outcome },
        text: [
          ...lines,
          ...(decision.overrides
            ? [`It overrides ${decision.overrides}: ${decision.reason ?? 'no reason given'}.`]
            : []),
          ...outcome.evidence.map(({ source, says }) => `Outcome by ${source}: ${says}.`),
          ...(outcome.contradicts ? ['The evidence is contradictory.'] : []),
          ...(outcome.success === null ? ['There is no outcome yet.'] : []),
        ].join('\n'),
      };
    }),
});

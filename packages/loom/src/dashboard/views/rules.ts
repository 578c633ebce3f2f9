import { LoomError } from '../../errors.js';
import { evaluate } from '../../rules/evaluate.js';
import type { Rule } from '../../rules/store.js';
import { figureText } from '../../rules/threshold.js';
import { webhookText } from '../../rules/webhook.js';
import type { RuleRow } from '../contract/rules.js';
import type { View, ViewContext } from './view.js';

const ORDER: readonly RuleRow['state'][] = ['firing', 'unknown', 'ok'];

export const rules: View<'rules'> = async (context) => {
  try {
    const rules = await context.home.rules();
    const rows = await Promise.all(rules.map((rule) => rowOf(context, rule)));
    return { rows: rows.sort((a, b) => ORDER.indexOf(a.state) - ORDER.indexOf(b.state)), problem: null };
  } catch (error) {
    if (error instanceof LoomError) {
      return { rows: [], problem: `${error.message} ${error.fix}` };
    }
    throw error;
  }
};

async function rowOf({ db, now }: ViewContext, rule: Rule): Promise<RuleRow> {
  const { threshold, state, value, requests, from, to } = await evaluate(db, now, rule);
  return {
    id: rule.id,
    when: rule.when,
    server: rule.server ?? null,
    environment: rule.environment ?? null,
    webhook: webhookText(rule.webhook),
    state,
    shown: figureText(threshold.figure, value),
    requests,
    tool: threshold.tool,
    from,
    to,
  };
}

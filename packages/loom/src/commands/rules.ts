import { EXIT, LoomError } from '../errors.js';
import { table } from '../output.js';
import { type Evaluated, evaluate } from '../rules/evaluate.js';
import { addRule, RULES_FILE, readRules, removeRule } from '../rules/store.js';
import { figureText, readThreshold, thresholdText } from '../rules/threshold.js';
import { requireWebhook, webhookText } from '../rules/webhook.js';
import { requireLoomDir } from '../store/folder.js';
import { LocalSql } from '../store/sql.js';
import { command, withLoomToRead } from './spec.js';

export const rulesAdd = command({
  builder: (yargs) =>
    yargs
      .positional('when', {
        type: 'string',
        demandOption: true,
        describe: 'Such as "error rate of add > 5% for 10m", "p95 > 2s for 1h" or "requests < 1 for 30m"',
      })
      .option('server', { type: 'string', describe: 'Only of this MCP server' })
      .option('environment', { type: 'string', describe: 'Only of this environment' })
      .option('webhook', {
        type: 'string',
        describe:
          'POST to this address when the rule starts and stops firing; $NAME reads it from the environment',
      }),
  run: ({ cwd, when, server, environment, webhook }) => {
    const loomDir = requireLoomDir(cwd);
    const rule = addRule(loomDir, {
      when: thresholdText(readThreshold(when)),
      ...(server === undefined ? {} : { server }),
      ...(environment === undefined ? {} : { environment }),
      ...(webhook === undefined ? {} : { webhook: requireWebhook(webhook) }),
    });
    const note =
      webhook === undefined || webhook.startsWith('$')
        ? ''
        : `\nThe webhook is kept in .loom/${RULES_FILE}. If its address is a secret, use --webhook '$NAME' instead.`;
    return {
      data: { ...rule, webhook: webhookText(rule.webhook) },
      text: `Added ${rule.id}: ${rule.when}. \`lm dashboard\` watches it; \`lm rules check\` looks once.${note}`,
    };
  },
});

export const rulesRemove = command({
  builder: (yargs) =>
    yargs.positional('rule', { type: 'string', demandOption: true, describe: 'Id of the rule' }),
  run: ({ cwd, rule }) => {
    if (!removeRule(requireLoomDir(cwd), rule)) {
      throw new LoomError(`There is no rule "${rule}".`, 'Run `lm rules list` to see them.', EXIT.notFound);
    }
    return { data: { removed: rule }, text: `Removed ${rule}.` };
  },
});

export const rulesList = command({
  builder: (yargs) => yargs,
  run: ({ cwd }) => {
    const rules = readRules(requireLoomDir(cwd)).map((rule) => ({
      ...rule,
      webhook: webhookText(rule.webhook),
    }));
    return {
      data: rules,
      text:
        rules.length === 0
          ? 'No rules. `lm rules add "error rate > 5% for 10m"` adds one.'
          : table(
              ['rule', 'when', 'server', 'environment', 'webhook'],
              rules.map((rule) => [
                rule.id,
                rule.when,
                rule.server ?? '-',
                rule.environment ?? '-',
                rule.webhook ?? '-',
              ]),
            ),
    };
  },
});

export const rulesCheck = command({
  builder: (yargs) =>
    yargs.option('strict', {
      type: 'boolean',
      default: false,
      describe: 'Also exit with 1 if nothing was recorded',
    }),
  run: (args) =>
    withLoomToRead(args, async (db) => {
      const now = Date.now();
      const sql = new LocalSql(db);
      const results = await Promise.all(
        readRules(requireLoomDir(args.cwd)).map((rule) => evaluate(sql, now, rule)),
      );
      const fails = ({ state }: Evaluated) => state === 'firing' || (args.strict && state === 'unknown');
      return {
        data: results.map(({ rule, state, value, requests, from, to }) => ({
          id: rule.id,
          when: rule.when,
          state,
          value,
          requests,
          from,
          to,
        })),
        text:
          results.length === 0
            ? 'No rules. `lm rules add "error rate > 5% for 10m"` adds one.'
            : table(
                ['rule', 'state', 'when', 'now', 'requests'],
                results.map(({ rule, state, threshold, value, requests }) => [
                  rule.id,
                  state === 'unknown' ? 'not known' : state,
                  rule.when,
                  figureText(threshold.figure, value),
                  requests,
                ]),
              ),
        exitCode: results.some(fails) ? EXIT.failed : EXIT.ok,
      };
    }),
});

import { randomBytes } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import { EXIT, LoomError } from '../errors.js';
import { jsonOrUndefined } from '../json-values.js';

/** In `.loom`. Commit it to share the rules with your team. */
export const RULES_FILE = 'rules.json';

const RuleSchema = z.strictObject({
  id: z.string(),
  when: z.string().describe('A threshold, such as "error rate of add > 5% for 10m"'),
  server: z.string().optional(),
  environment: z.string().optional(),
  webhook: z.string().optional().describe('An address, or $NAME of an environment variable that contains it'),
});
export type Rule = z.infer<typeof RuleSchema>;

const RulesFile = z.strictObject({ version: z.literal(1), rules: z.array(RuleSchema) });

export function readRules(loomDir: string): Rule[] {
  let text: string;
  try {
    text = readFileSync(join(loomDir, RULES_FILE), 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') {
      return [];
    }
    throw new LoomError(
      `${RULES_FILE} can't be read: ${(error as Error).message}`,
      'Make it readable.',
      EXIT.failed,
    );
  }
  const read = RulesFile.safeParse(jsonOrUndefined(text));
  if (!read.success) {
    const [issue] = read.error.issues;
    throw new LoomError(
      `.loom/${RULES_FILE} is not a list of rules: ${[issue?.path.join('.'), issue?.message].filter(Boolean).join(': ')}.`,
      'Fix it by hand, or remove it and add the rules again with `lm rules add`.',
      EXIT.failed,
    );
  }
  return read.data.rules;
}

/** Saves the rule and returns its id. */
export function addRule(loomDir: string, rule: Omit<Rule, 'id'>): Rule {
  const added = { id: `rule-${randomBytes(3).toString('hex')}`, ...rule };
  write(loomDir, [...readRules(loomDir), added]);
  return added;
}

/** Returns false if there is no such rule. */
export function removeRule(loomDir: string, id: string): boolean {
  const rules = readRules(loomDir);
  const left = rules.filter((rule) => rule.id !== id);
  if (left.length === rules.length) {
    return false;
  }
  write(loomDir, left);
  return true;
}

function write(loomDir: string, rules: readonly Rule[]): void {
  writeFileSync(join(loomDir, RULES_FILE), `${JSON.stringify({ version: 1, rules }, null, 2)}\n`);
}

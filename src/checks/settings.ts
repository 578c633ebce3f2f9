import { ConfigSyntaxError } from '../core/errors.js';
import { type Finding, lineAt } from '../core/findings.js';
import { type ObserveRecord, RECORD_FILE } from '../core/record.js';
import { isRuleId, isSetting, type RuleSettings, SETTINGS } from '../core/rules.js';

/**
 * Rule levels from `rules` in the record.
 * @throws ConfigSyntaxError for a rule or a setting that does not exist
 */
export function recordedSettings(project: {
  readonly record: ObserveRecord | undefined;
  text(path: string): string | undefined;
}): RuleSettings {
  const rules: unknown = project.record?.rules;
  if (rules === undefined) return {};
  const text = project.text(RECORD_FILE) ?? '';
  const refuse = (what: string, word: string) =>
    new ConfigSyntaxError(what, `Settings are ${SETTINGS.join(', ')}; rules: docs/rules.`, {
      file: RECORD_FILE,
      line: lineAt(text, text.indexOf(JSON.stringify(word))),
    });
  if (typeof rules !== 'object' || rules === null) throw refuse('"rules" must be an object', 'rules');
  for (const [id, setting] of Object.entries(rules)) {
    if (!isRuleId(id)) throw refuse(`there is no rule "${id}"`, id);
    if (!isSetting(setting)) throw refuse(`${id} can't be set to ${JSON.stringify(setting)}`, id);
  }
  return rules;
}

/** Findings at the configured levels, without rules that are off. */
export function withSettings(findings: readonly Finding[], settings: RuleSettings): Finding[] {
  return findings.flatMap((finding) => {
    const setting = settings[finding.rule];
    if (setting === 'off') return [];
    return [setting === undefined ? finding : { ...finding, level: setting }];
  });
}

import type { Edit } from '../core/edits.js';
import type { Finding } from '../core/findings.js';
import { editsFor } from './apply-changes.js';
import type { ConfigChange, ConfigPath } from './changes.js';
import type { ConfigSource, ConfigTable } from './document.js';
import { environmentNames, isTable } from './observability-scopes.js';
import { pastedSnippet } from './observability-snippet.js';
import { parseConfig } from './parse-config.js';
import { located, type Remark } from './remark.js';
import { LANGFUSE_SECRETS } from './secret-vars.js';

/**
 * Appends `names` to every `secrets.required` list that is there. A list is never introduced: once
 * one is there, Wrangler drops each local secret it does not name, without a word.
 * @throws ConfigSyntaxError when the text can't be read.
 */
export function planRequiredSecrets(
  config: ConfigSource,
  names: readonly string[] = LANGFUSE_SECRETS,
): { edits: Edit[]; findings: Finding[] } {
  const document = parseConfig(config);
  const changes: ConfigChange[] = [];
  const remarks: Remark[] = [];
  for (const { path, list } of requiredLists(document.value)) {
    const missing = names.filter((name) => !list.includes(name));
    if (missing.length === 0) continue;
    changes.push({ kind: 'append', path, values: missing });
    remarks.push({
      rule: 'wrangler/required-secrets',
      level: 'error',
      path,
      message: `${path.join('.')} does not name ${missing.join(' and ')}: local runs would not see them.`,
      fix: 'Run init: it appends them. From then on a deploy fails until they are put.',
    });
  }
  const edits = editsFor(config, document, changes);
  if (edits === undefined) {
    const fix = `Append them by hand:\n${pastedSnippet(config.format, changes)}`;
    return {
      edits: [],
      findings: located(
        // Another rule than the one that init puts right.
        remarks.map((remark) => ({ ...remark, rule: 'wrangler/not-editable', fix })),
        config,
        document,
      ),
    };
  }
  return { edits, findings: located(remarks, config, document) };
}

function requiredLists(config: ConfigTable): { path: ConfigPath; list: readonly unknown[] }[] {
  const holders: ConfigPath[] = [[], ['previews']];
  for (const name of environmentNames(config)) holders.push(['env', name], ['env', name, 'previews']);
  return holders.flatMap((holder) => {
    const path = [...holder, 'secrets', 'required'];
    const list = path.reduce<unknown>((at, key) => (isTable(at) ? at[key] : undefined), config);
    return Array.isArray(list) ? [{ path, list }] : [];
  });
}

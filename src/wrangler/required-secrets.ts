import type { Edit } from '../core/edits.js';
import type { Finding } from '../core/findings.js';
import { editsFor } from './apply-changes.js';
import type { ConfigChange, ConfigPath } from './changes.js';
import type { WranglerDocument } from './document.js';
import type { ConfigTable } from './format.js';
import { formatNamed } from './formats.js';
import { environmentNames } from './observability-scopes.js';
import { located, type Remark } from './remark.js';
import { LANGFUSE_SECRETS } from './secret-vars.js';
import { isTable } from './worker-settings.js';

/**
 * Appends `names` to every existing `secrets.required` list. It never adds a list, because Wrangler silently
 * drops local secrets that are not in it.
 */
export function planRequiredSecrets(
  document: WranglerDocument,
  names: readonly string[] = LANGFUSE_SECRETS,
): { edits: Edit[]; findings: Finding[] } {
  const changes: ConfigChange[] = [];
  const remarks: Remark[] = [];
  for (const { path, list } of requiredLists(document.value)) {
    const missing = names.filter((name) => !list.includes(name));
    if (missing.length === 0) continue;
    changes.push({ kind: 'append', path, values: missing });
    remarks.push({
      rule: 'wrangler/required-secrets',
      path,
      message: `${path.join('.')} does not list ${missing.join(' and ')}, so local runs don't get them.`,
      fix: 'Run init to append them. A deploy then fails until the secrets are set.',
      resolution: 'planned',
    });
  }
  const edits = editsFor(document, changes);
  if (edits === undefined) {
    const fix = `Append them by hand:\n${formatNamed(document.format).snippet(changes)}`;
    return {
      edits: [],
      findings: located(
        // This is another rule than the one that init fixes.
        remarks.map((remark) => ({ ...remark, rule: 'wrangler/not-editable', fix, resolution: 'manual' })),
        document,
      ),
    };
  }
  return { edits, findings: located(remarks, document) };
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

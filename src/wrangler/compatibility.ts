import type { Edit } from '../core/edits.js';
import { type Finding, finding } from '../core/findings.js';
import { editsFor } from './apply-changes.js';
import type { WranglerDocument } from './document.js';
import { located, type Remark } from './remark.js';
import type { WorkerSettings } from './worker-settings.js';

// Dates from which workerd enables a flag by default
// (https://developers.cloudflare.com/workers/configuration/compatibility-flags/).
const PROCESS_ENV_FILLED = '2025-04-01';
const NODEJS_COMPAT_DEFAULT = '2026-08-04';

/**
 * Checks what the compatibility date and flags hide from the runtime. None of it breaks tracing, because the
 * runtime first reads its keys from `cloudflare:workers`.
 */
export function compatibilityFindings(config: WranglerDocument): Finding[] {
  const seen = new Set<string>();
  return [undefined, ...Object.keys(config.envs)].flatMap((env) => {
    const finding = findingFor(config, env);
    if (finding === undefined || seen.has(finding.message)) return [];
    seen.add(finding.message);
    return [finding];
  });
}

function findingFor(config: WranglerDocument, env: string | undefined): Finding | undefined {
  const own: WorkerSettings | undefined = env === undefined ? config : config.envs[env];
  const date = own?.compatibilityDate ?? config.compatibilityDate;
  const flags = own?.compatibilityFlags ?? config.compatibilityFlags ?? [];
  const path = env === undefined ? [] : ['env', env];
  const place = (key: string) => ({ file: config.path, line: config.lineOf([...path, key]) });
  if (flags.includes('disallow_importable_env')) {
    return finding({
      rule: 'wrangler/env-not-importable',
      ...place('compatibility_flags'),
      message: 'disallow_importable_env hides the keys: the runtime reads them from cloudflare:workers.',
      fix: 'Remove that flag, or pass the keys to initObservability yourself.',
    });
  }
  if (date === undefined) return undefined;
  if (!hasNodejs(date, flags)) {
    return finding({
      rule: 'wrangler/nodejs-compat-off',
      ...place('compatibility_date'),
      message: `compatibility_date ${date} without nodejs_compat: nested spans and process.env are not available. Tracing works, with keys from cloudflare:workers.`,
      fix: 'No action is needed. For both: init --nodejs-compat adds the flag.',
      resolution: 'none',
    });
  }
  if (date < PROCESS_ENV_FILLED && !flags.includes('nodejs_compat_populate_process_env')) {
    return finding({
      rule: 'wrangler/process-env-empty',
      ...place('compatibility_date'),
      message: `With compatibility_date ${date}, process.env is empty. Tracing works, with keys from cloudflare:workers.`,
      fix: 'No action is needed. Your own code needs "nodejs_compat_populate_process_env" to read process.env.',
      resolution: 'none',
    });
  }
  return undefined;
}

function hasNodejs(date: string, flags: readonly string[]): boolean {
  if (flags.includes('nodejs_compat') || flags.includes('nodejs_compat_v2')) return true;
  return date >= NODEJS_COMPAT_DEFAULT && !flags.includes('no_nodejs_compat');
}

/**
 * Adds `nodejs_compat` on request only, and never where the date already enables it, because workerd rejects
 * the flag there. `compatibility_date` does not change.
 */
export function planNodejsCompat(document: WranglerDocument): { edits: Edit[]; findings: Finding[] } {
  const { compatibilityFlags: flags, compatibilityDate: date } = document;
  if (date === undefined || date >= NODEJS_COMPAT_DEFAULT || hasNodejs(date, flags ?? [])) {
    return { edits: [], findings: [] };
  }
  const path = ['compatibility_flags'];
  const edits = editsFor(document, [
    flags === undefined
      ? { kind: 'add', path, value: ['nodejs_compat'] }
      : { kind: 'append', path, values: ['nodejs_compat'] },
  ]);
  if (edits !== undefined) return { edits, findings: [] };
  const remark: Remark = {
    rule: 'wrangler/not-editable',
    level: 'warning',
    path,
    message: "compatibility_flags can't be changed without touching other lines.",
    fix: 'Add "nodejs_compat" to it by hand.',
  };
  return { edits: [], findings: located([remark], document) };
}

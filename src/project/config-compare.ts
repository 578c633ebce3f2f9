import { type Finding, finding } from '../core/findings.js';
import { tooOld } from '../wrangler/too-old.js';
import type { ConfigReading, ScopeReading } from './config-proof.js';

type Words = Pick<Finding, 'rule' | 'message' | 'fix'>;

/**
 * Differences between two readings of a config, before and after the edit. A finding of level `error` means
 * that the edit broke something and must be undone.
 */
export function compareReadings(before: ConfigReading, after: ConfigReading, file: string): Finding[] {
  const known = after.knownKeys?.includes('traces') !== false;
  const scopes = after.scopes.map((scope, index) => compareScope(before.scopes[index], scope, after.version));
  const words = [known ? undefined : tooOld(after.version), ...scopes].filter((found) => found !== undefined);
  const shown = known ? words : words.filter(({ rule }) => rule !== 'wrangler/traces-off');
  return shown.map((found) => finding({ ...found, file, line: 1 }));
}

function compareScope(
  before: ScopeReading | undefined,
  after: ScopeReading,
  version: string,
): Words | undefined {
  const where = after.env === undefined ? 'the top level' : `environment ${after.env}`;
  const named = after.complaints.length > 0 ? ` (${after.complaints.join(', ')})` : '';
  if (!after.valid && before?.valid === false) {
    const target = after.env === undefined ? '' : ` --env ${after.env}`;
    return {
      rule: 'wrangler/invalid-before',
      message: `Wrangler ${version} refuses ${where}${named}; it also did before this change.`,
      fix: `See its message: wrangler deploy --dry-run${target}`,
    };
  }
  if (!after.valid) return failed(`Wrangler refuses ${where} after the change${named}.`);
  const moved = before?.valid ? movedSettings(before, after) : [];
  if (moved.length > 0) return failed(`The change touched ${moved.join(', ')} at ${where}.`);
  if (after.traces) return undefined;
  return {
    rule: 'wrangler/traces-off',
    message: `Wrangler reads ${where} with traces off.`,
    fix: 'Run check to see why.',
  };
}

function failed(message: string): Words {
  const fix = 'This is a bug. Please report it with the config, without its values.';
  return { rule: 'wrangler/proof-failed', message, fix };
}

function movedSettings(before: ScopeReading, after: ScopeReading): string[] {
  const names = new Set([...Object.keys(before.settings), ...Object.keys(after.settings)]);
  return [...names].filter((name) => before.settings[name] !== after.settings[name]);
}

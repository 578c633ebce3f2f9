import { type Edit, splice } from '../core/edits.js';
import type { Finding } from '../core/findings.js';
import { compatibilityFindings, planNodejsCompat } from './compatibility.js';
import { parseConfig, type WranglerDocument } from './document.js';
import type { ObservabilityIntent } from './observability-intent.js';
import { planObservability } from './plan-observability.js';
import { planRequiredSecrets } from './required-secrets.js';
import { secretsInVars } from './secret-vars.js';
import { planTeamServer } from './team-server.js';

export interface ConfigIntent extends ObservabilityIntent {
  /** Whether layer 1 is wanted; without it the block stays as it is. */
  readonly observability: boolean;
  /** Whether the Worker reads Langfuse keys: then an existing `secrets.required` list has to name them. */
  readonly secrets: boolean;
  /** The user asked for `nodejs_compat`; it is never added otherwise. */
  readonly nodejsCompat: boolean;
  /** The team's server: the name of a Worker of the same account, or an address. */
  readonly server?: string | undefined;
}

/**
 * All that one config should say, as one list of edits, and every finding about it by line.
 */
export function planConfig(
  document: WranglerDocument,
  intent: ConfigIntent,
): { edits: Edit[]; findings: Finding[] } {
  const nothing = { edits: [], findings: [] };
  const observability = intent.observability ? planObservability(document, intent) : nothing;
  const required = intent.secrets ? planRequiredSecrets(document) : nothing;
  const nodejs = intent.nodejsCompat ? planNodejsCompat(document) : nothing;
  const server =
    intent.secrets && intent.server !== undefined ? planTeamServer(document, intent.server) : nothing;
  const findings = [
    ...observability.findings,
    ...required.findings,
    ...nodejs.findings,
    ...server.findings,
    ...secretsInVars(document),
    ...(intent.secrets && nodejs.edits.length === 0 ? compatibilityFindings(document) : []),
  ];
  // Flags first: in TOML, a root key must come before the first table at the end.
  const parts = [nodejs.edits, required.edits, observability.edits, server.edits].filter(
    (part) => part.length > 0,
  );
  const edits = parts.flat();
  // Each part was proven by itself; together they must still be a config.
  if (parts.length > 1) parseConfig({ ...document, text: splice(document.text, edits) });
  return { edits, findings: findings.sort((a, b) => a.line - b.line) };
}

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
  /** True if layer 1 was chosen. Without it, the block does not change. */
  readonly observability: boolean;
  /** True if the Worker reads Langfuse keys. Then an existing `secrets.required` list must contain them. */
  readonly secrets: boolean;
  /** True if the user asked for `nodejs_compat`. It is never added otherwise. */
  readonly nodejsCompat: boolean;
  /** The team's server: the name of a Worker of the same account, or an address. */
  readonly server?: string | undefined;
}

/** All changes of one config as one list of edits, and all findings about it by line. */
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
  // Each part was checked separately. All parts together must also parse.
  if (parts.length > 1) parseConfig({ ...document, text: splice(document.text, edits) });
  return { edits, findings: findings.sort((a, b) => a.line - b.line) };
}

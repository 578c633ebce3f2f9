import type { Edit } from '../core/edits.js';
import type { Finding } from '../core/findings.js';
import { editsFor } from './apply-changes.js';
import type { ConfigChange, ConfigPath } from './changes.js';
import type { WranglerDocument } from './document.js';
import type { ConfigTable } from './format.js';
import { formatNamed } from './formats.js';
import { environmentNames } from './observability-scopes.js';
import { located, type Remark } from './remark.js';
import { isTable } from './worker-settings.js';

/** The service binding that the runtime looks for. */
const BINDING = 'OBSERVE_SERVER';
/** Export of the server for Workers of its own account; no other code can reach it. */
const ENTRYPOINT = 'Ingest';
const BASE_URL = 'LANGFUSE_BASE_URL';

/**
 * Connects a Worker with its team's server: with a service binding if `server` is the name of a Worker, else
 * with its address. Bindings and variables are not inherited, so each environment gets its own. An existing
 * other server stays.
 */
export function planTeamServer(
  document: WranglerDocument,
  server: string,
): { edits: Edit[]; findings: Finding[] } {
  const changes: ConfigChange[] = [];
  const remarks: Remark[] = [];
  for (const { path, where, table } of scopes(document.value)) {
    const missing = isServerUrl(server)
      ? missingUrl(path, table, server)
      : missingBinding(path, table, server);
    if (missing === undefined) continue;
    if (missing === 'other') {
      const key = isServerUrl(server) ? [...path, 'vars'] : [...path, 'services'];
      const name = isServerUrl(server) ? BASE_URL : BINDING;
      remarks.push({
        rule: 'wrangler/not-editable',
        path: key,
        message: `${name} ${where} names another server; it was not changed.`,
        fix: `Change it by hand to ${server}, or run init --server with the existing name.`,
        resolution: 'manual',
      });
      continue;
    }
    changes.push(missing);
    remarks.push({
      rule: 'wrangler/server-missing',
      path,
      message: `Traces are not sent to the team's server ${where}.`,
      fix: 'Run init: it adds the binding or the address.',
      resolution: 'planned',
    });
  }
  const edits = editsFor(document, changes);
  if (edits !== undefined) return { edits, findings: located(remarks, document) };
  const fix = `Add it by hand:\n${formatNamed(document.format).snippet(changes)}`;
  const byHand = remarks.map((remark) =>
    remark.resolution === 'manual'
      ? remark
      : ({ ...remark, rule: 'wrangler/not-editable', fix, resolution: 'manual' } as const),
  );
  return { edits: [], findings: located(byHand, document) };
}

export function isServerUrl(server: string): boolean {
  return server.startsWith('https://');
}

/** The server in the binding of an environment or the top level; undefined without a binding. */
export function boundServer({ value }: WranglerDocument, env: string | undefined): string | undefined {
  const environments = isTable(value.env) ? value.env : {};
  const table = env === undefined ? value : environments[env];
  const service = isTable(table) ? bindingIn(table)?.service : undefined;
  return typeof service === 'string' ? service : undefined;
}

function bindingIn({ services }: ConfigTable): ConfigTable | undefined {
  return Array.isArray(services)
    ? services.filter(isTable).find(({ binding }) => binding === BINDING)
    : undefined;
}

function scopes(config: ConfigTable): { path: ConfigPath; where: string; table: ConfigTable }[] {
  const environments = environmentNames(config).flatMap((name) => {
    const table = (config.env as ConfigTable)[name];
    return isTable(table) ? [{ path: ['env', name], where: `in environment ${name}`, table }] : [];
  });
  return [{ path: [], where: 'at the top level', table: config }, ...environments];
}

function missingBinding(
  path: ConfigPath,
  table: ConfigTable,
  service: string,
): ConfigChange | 'other' | undefined {
  const known = bindingIn(table);
  if (known === undefined) {
    return {
      kind: 'entry',
      path: [...path, 'services'],
      value: { binding: BINDING, service, entrypoint: ENTRYPOINT },
    };
  }
  return known.service === service && known.entrypoint === ENTRYPOINT ? undefined : 'other';
}

function missingUrl(
  path: ConfigPath,
  { vars }: ConfigTable,
  url: string,
): ConfigChange | 'other' | undefined {
  if (!isTable(vars)) return { kind: 'add', path: [...path, 'vars'], value: { [BASE_URL]: url } };
  const known = vars[BASE_URL];
  if (known === undefined) return { kind: 'add', path: [...path, 'vars', BASE_URL], value: url };
  return typeof known === 'string' && known.replace(/\/+$/, '') === url ? undefined : 'other';
}

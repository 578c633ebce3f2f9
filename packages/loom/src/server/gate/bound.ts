import { Refused } from '../../http/refused.js';
import type { Arrivals } from '../../receiver/trace.js';

interface NamedSource {
  readonly metadata?: Readonly<Record<string, unknown>>;
  readonly trace?: { readonly metadata: Readonly<Record<string, unknown>> };
  readonly resource?: Readonly<Record<string, unknown>>;
}

/** Throws 403 if a key for one MCP server sends spans of another. */
export function refuseOtherServices({ spans = [], patches = [] }: Arrivals, service: string | null): void {
  if (service === null) {
    return;
  }
  for (const source of [...spans, ...patches.map((patch) => patch.said)]) {
    const other = namesOf(source).find((name) => name !== service);
    if (other !== undefined) {
      throw new Refused(403, `This key can write only for ${service}, but a span names ${other}.`);
    }
  }
}

/** The MCP servers that a span names. Without any, the service name of OpenTelemetry. */
function namesOf({ metadata, trace, resource }: NamedSource): unknown[] {
  const servers = [metadata, trace?.metadata].map((from) => from?.['touchpoint.mcp_server']);
  const named = servers.filter((name) => name !== undefined && name !== null);
  const service = resource?.['service.name'];
  return named.length > 0 || service === undefined ? named : [service];
}

import type { Finding } from '../findings.js';
import { compatibilityFindings } from './compatibility.js';
import type { ConfigSource } from './document.js';
import type { ObservabilityIntent } from './observability-block.js';
import { planObservability } from './plan-observability.js';
import { readWranglerConfig } from './read-config.js';
import { planRequiredSecrets } from './required-secrets.js';
import { secretsInVars } from './secret-vars.js';

/**
 * Every rule about one config, as `check` reports it, by line.
 * @throws ConfigSyntaxError when the text can't be read.
 */
export function checkConfig(source: ConfigSource, intent: ObservabilityIntent = {}): Finding[] {
  const config = readWranglerConfig(source);
  return [
    ...planObservability(source, intent).findings,
    ...planRequiredSecrets(source).findings,
    ...secretsInVars(config),
    ...compatibilityFindings(config),
  ].sort((a, b) => a.line - b.line);
}

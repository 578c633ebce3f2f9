import type { Finding } from '../core/findings.js';
import { SWITCHED_OFF } from '../wrangler/plan-observability.js';

/** What somebody switched off by hand and asked to keep off is told, and is no fault. */
export function switchedOff(findings: readonly Finding[], keeps: boolean): Finding[] {
  if (!keeps) return [...findings];
  return findings.map((finding) =>
    SWITCHED_OFF.has(finding.rule)
      ? { ...finding, level: 'info', fix: 'It stays off, as asked. To switch it on: init --no-keep-disabled' }
      : finding,
  );
}

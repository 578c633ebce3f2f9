import type { ConfigPath } from './changes.js';
import type { ConfigTable } from './format.js';
import type { ObservabilityIntent } from './observability-intent.js';
import type { Remark } from './remark.js';
import { DEFAULT_SAMPLING, isSamplingRate } from './sampling.js';
import { isTable } from './worker-settings.js';

export function invalidBlock(path: ConfigPath, expected: string): Remark {
  return {
    rule: 'wrangler/observability-invalid',
    path,
    message: `${path.join('.')} must be ${expected}; Wrangler rejects this config.`,
    fix: `Make it ${expected}, then run the command again. This file was not changed.`,
  };
}

/** Values for traces whose type Wrangler rejects. */
export function wrongTypes(path: ConfigPath, block: ConfigTable): Remark[] {
  const remarks: Remark[] = [];
  const isSwitch = (table: ConfigTable, at: ConfigPath, key: string): void => {
    const value = table[key];
    if (value !== undefined && typeof value !== 'boolean') {
      remarks.push(invalidBlock([...at, key], 'true or false'));
    }
  };
  isSwitch(block, path, 'enabled');
  isSwitch(block, path, 'redact_query_string');
  for (const signal of ['logs', 'traces', 'issues']) {
    const table = block[signal];
    if (table === undefined) continue;
    if (isTable(table)) isSwitch(table, [...path, signal], 'enabled');
    else remarks.push(invalidBlock([...path, signal], 'a block of settings'));
  }
  return remarks;
}

/** Findings about the rates and the spelling of a block; nothing is changed. */
export function rateRemarks(
  path: ConfigPath,
  where: string,
  block: ConfigTable,
  intent: Pick<ObservabilityIntent, 'sampling' | 'samplingAsked'>,
): Remark[] {
  const remarks: Remark[] = [];
  for (const holder of [[], ['logs'], ['traces']]) {
    const table = holder.reduce<unknown>((at, key) => (isTable(at) ? at[key] : undefined), block);
    const rate = isTable(table) ? table.head_sampling_rate : undefined;
    if (rate !== undefined && !isSamplingRate(rate)) {
      remarks.push({
        rule: 'wrangler/sampling-invalid',
        path: [...path, ...holder, 'head_sampling_rate'],
        message: `${[...path, ...holder].join('.')}.head_sampling_rate must be a number from 0 to 1.`,
        fix: 'Set the share of requests to record, such as 0.1 for one in ten.',
      });
    }
  }
  const traces = isTable(block.traces) ? block.traces : {};
  const rate = traces.head_sampling_rate;
  const ratePath = [...path, 'traces', 'head_sampling_rate'];
  if (rate === 0) {
    remarks.push({
      rule: 'wrangler/sampling-zero',
      path: ratePath,
      message: `The sampling rate ${where} is 0: traces are on, but no request is recorded.`,
      fix: 'Raise traces.head_sampling_rate, such as to 0.1.',
    });
  } else if (intent.samplingAsked && isSamplingRate(rate) && rate !== (intent.sampling ?? DEFAULT_SAMPLING)) {
    remarks.push({
      rule: 'wrangler/sampling-kept',
      path: ratePath,
      message: `The config already has the sampling rate ${where}, ${rate}; it was kept.`,
      fix: `Write ${intent.sampling ?? DEFAULT_SAMPLING} there to change it.`,
    });
  } else if (rate === undefined && traces.enabled === true && !intent.samplingAsked) {
    remarks.push({
      rule: 'wrangler/sampling-unset',
      path: [...path, 'traces'],
      message: `Traces are on ${where} without a sampling rate: every request is traced and billed.`,
      fix: 'Add traces.head_sampling_rate, such as 0.1, or run init with --sampling 0.1.',
    });
  }
  if (block.tracing !== undefined) {
    remarks.push({
      rule: 'wrangler/tracing-misspelled',
      path: [...path, 'tracing'],
      message: `Wrangler ignores observability.tracing. The key is called traces.`,
      fix: 'Rename it to traces, or remove it.',
    });
  }
  return remarks;
}

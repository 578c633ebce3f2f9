import type { RuleId } from '../core/rules.js';
import type { ConfigChange, ConfigPath, NewTable } from './changes.js';
import { addedDestinations, missingDestinations, wrongDestinations } from './destinations.js';
import type { ConfigTable } from './format.js';
import type { ObservabilityIntent } from './observability-intent.js';
import type { ObservabilityScope } from './observability-scopes.js';
import { invalidBlock, rateRemarks, wrongTypes } from './observability-values.js';
import type { Remark } from './remark.js';
import { DEFAULT_SAMPLING } from './sampling.js';
import { isTable } from './worker-settings.js';

export interface ScopePlan {
  readonly changes: readonly ConfigChange[];
  readonly remarks: readonly Remark[];
}

/** The whole block for a config without one. */
function fullBlock(intent: ObservabilityIntent): NewTable {
  return {
    enabled: true,
    ...(intent.redactQueryString ? { redact_query_string: true } : {}),
    traces: tracesBlock(intent),
  };
}

/** Missing settings of one `observability` block. Existing settings are kept. */
export function planScope(
  { path, where, block }: ObservabilityScope,
  intent: ObservabilityIntent,
): ScopePlan {
  if (block === undefined) {
    return {
      changes: [{ kind: 'add', path, value: fullBlock(intent) }],
      remarks: [missing(path, where, 'without an observability block, a deploy turns them off')],
    };
  }
  if (!isTable(block)) return { changes: [], remarks: [invalidBlock(path, 'a block of settings')] };
  const mistakes = [...wrongTypes(path, block), ...wrongDestinations(path, block, intent)];
  if (mistakes.length > 0) return { changes: [], remarks: mistakes };
  const on = switchOn(path, where, block, intent);
  const redact: ConfigChange[] =
    intent.redactQueryString && block.redact_query_string === undefined
      ? [{ kind: 'add', path: [...path, 'redact_query_string'], value: true }]
      : [];
  return {
    changes: [...on.switches, ...redact, ...on.traces, ...addedDestinations(path, block, intent)],
    remarks: [
      ...on.remarks,
      ...rateRemarks(path, where, block, intent),
      ...missingDestinations(path, where, block, intent),
    ],
  };
}

/** `switches` are about the block itself, `traces` about its contents. */
interface SwitchPlan {
  readonly switches: readonly ConfigChange[];
  readonly traces: readonly ConfigChange[];
  readonly remarks: readonly Remark[];
}

function switchOn(
  path: ConfigPath,
  where: string,
  block: ConfigTable,
  intent: ObservabilityIntent,
): SwitchPlan {
  const traces = isTable(block.traces) ? block.traces : undefined;
  const tracesPath = [...path, 'traces'];
  const addRate: ConfigChange[] =
    traces?.head_sampling_rate === undefined
      ? [{ kind: 'add', path: [...tracesPath, 'head_sampling_rate'], value: rateOf(intent) }]
      : [];
  if (traces?.enabled === true) {
    // They still record every request, unless the user sets a rate.
    return { switches: [], traces: intent.samplingAsked ? addRate : [], remarks: [] };
  }

  const enabledPath = [...path, 'enabled'];
  const tracesOff = traces?.enabled === false;
  // If a signal is enabled separately, `enabled: false` has no meaning; the dashboard writes blocks like
  // this.
  const allOff = block.enabled === false && !SIGNALS.some((signal) => signalIsOn(block[signal]));
  const remarks = [
    ...(tracesOff
      ? [disabled([...tracesPath, 'enabled'], where, 'wrangler/traces-disabled', 'Traces are')]
      : []),
    ...(allOff ? [disabled(enabledPath, where, 'wrangler/observability-disabled', 'Observability is')] : []),
  ];
  if (remarks.length > 0 && intent.keepDisabled)
    return { switches: [], traces: [], remarks: remarks.map(keptOff) };
  if (remarks.length === 0) remarks.push(missing(path, where, notOn(path)));

  const switches: ConfigChange[] = [];
  if (allOff) switches.push({ kind: 'set', path: enabledPath, value: true });
  // If a block has signals, they decide what is on. Any other block needs `enabled` to be valid.
  else if (block.enabled === undefined && !SIGNALS.some((signal) => block[signal] !== undefined)) {
    switches.push({ kind: 'add', path: enabledPath, value: true });
  }
  if (traces === undefined) {
    return { switches, traces: [{ kind: 'add', path: tracesPath, value: tracesBlock(intent) }], remarks };
  }
  const turnOn: ConfigChange = {
    kind: tracesOff ? 'set' : 'add',
    path: [...tracesPath, 'enabled'],
    value: true,
  };
  return { switches, traces: [turnOn, ...addRate], remarks };
}

const SIGNALS = ['logs', 'traces', 'issues'] as const;

function signalIsOn(signal: unknown): boolean {
  return isTable(signal) && signal.enabled === true;
}

function tracesBlock(intent: ObservabilityIntent): NewTable {
  const { destinations = [] } = intent;
  return {
    enabled: true,
    head_sampling_rate: rateOf(intent),
    ...(destinations.length > 0 ? { destinations } : {}),
  };
}

function rateOf(intent: ObservabilityIntent): number {
  return intent.sampling ?? DEFAULT_SAMPLING;
}

function missing(path: ConfigPath, where: string, reason: string): Remark {
  return {
    rule: 'wrangler/traces-missing',
    path,
    message: `Cloudflare records no traces ${where}: ${reason}.`,
    fix: 'Run init: it adds observability.traces with a sampling rate.',
    resolution: 'planned',
  };
}

function notOn(path: ConfigPath): string {
  const own = 'this observability block does not turn them on';
  return path.length === 1 ? own : `${own}, and it replaces the whole inherited block`;
}

function disabled(path: ConfigPath, where: string, rule: RuleId, what: string): Remark {
  return {
    rule,
    path,
    message: `${what} turned off by hand ${where}, so Cloudflare records no traces there.`,
    fix: 'To turn it on: init --no-keep-disabled. To keep it off without this error: init --keep-disabled.',
    resolution: 'planned',
  };
}

/** Traces that the user turned off are only a note. */
function keptOff(remark: Remark): Remark {
  const fix = 'It stays off, as you chose. To turn it on: init --no-keep-disabled';
  return { ...remark, level: 'info', fix, resolution: 'kept-off' };
}

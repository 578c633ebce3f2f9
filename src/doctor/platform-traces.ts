import { INIT } from '../core/plan.js';
import type { RuleId } from '../core/rules.js';
import { planScope } from '../wrangler/observability-block.js';
import { SWITCHED_OFF } from '../wrangler/plan-observability.js';
import { isTable } from '../wrangler/worker-settings.js';
import { type Diagnosis, notice, ok, wrong } from './diagnosis.js';
import { type Situation, wants } from './situation.js';

/** Reports Cloudflare's trace settings in the chosen environment. */
interface PlatformTraces {
  readonly enabled: boolean | undefined;
  readonly rate: number | undefined;
  /** The place as a part of a sentence. */
  readonly where: string;
}

/** The `observability` of an environment replaces the whole inherited one. */
export function tracesOf({ config, env }: Situation): PlatformTraces | undefined {
  if (config === null) return undefined;
  const own = env === undefined ? undefined : config.envs[env]?.observability;
  const block = own ?? config.observability;
  if (!isTable(block)) return undefined;
  const where = own === undefined ? 'at the top level' : `in environment ${env}`;
  const traces = isTable(block.traces) ? block.traces : {};
  return {
    enabled: typeof traces.enabled === 'boolean' ? traces.enabled : undefined,
    rate: typeof traces.head_sampling_rate === 'number' ? traces.head_sampling_rate : undefined,
    where,
  };
}

/** Checks that Cloudflare records traces in the chosen environment. */
export function checkPlatformTraces(situation: Situation): Diagnosis[] {
  const { config, record, env } = situation;
  if (!wants(situation, 'cloudflare') || config === null) return [];
  const traces = tracesOf(situation);
  const where = traces?.where ?? 'at the top level';
  if (traces?.enabled === true) {
    return [
      ok('observability', { message: `${config.path} turns on Cloudflare’s traces ${where}.` }),
      ...others(situation),
    ];
  }
  const rule = ruleOf(situation);
  if (traces?.enabled === false && record?.keepDisabled) {
    const message = `Cloudflare’s traces are off ${where} (${config.path}), as asked.`;
    return [notice('observability', { rule, message, fix: `${INIT} --no-keep-disabled` })];
  }
  const reason =
    traces === undefined
      ? 'has no observability block'
      : traces.enabled === false
        ? 'turns traces off'
        : 'does not turn traces on';
  const target = env === undefined ? '' : ` for environment ${env}`;
  const message = `${config.path} ${reason} ${where}: Cloudflare records no traces${target}.`;
  // The config disables it: init enables it only with --no-keep-disabled.
  const fix = SWITCHED_OFF.has(rule) ? `${INIT} --no-keep-disabled` : INIT;
  return [wrong('observability', { rule, message, fix })];
}

/** The `check` rule for an environment without traces. */
function ruleOf({ config, env }: Situation): RuleId {
  const own = env === undefined ? undefined : config?.envs[env]?.observability;
  const scope = { path: [], where: '', block: own ?? config?.observability };
  const [remark] = planScope(scope, { redactQueryString: false, keepDisabled: false }).remarks;
  return remark?.rule ?? 'wrangler/traces-missing';
}

/** Other environments without traces. */
function others(situation: Situation): Diagnosis[] {
  const { config, env } = situation;
  const names = Object.keys(config?.envs ?? {}).filter((name) => name !== env);
  const off = names.filter((name) => tracesOf({ ...situation, env: name })?.enabled !== true);
  return off.length === 0
    ? []
    : [
        notice('observability', {
          rule: 'wrangler/traces-missing',
          message: `Environments without Cloudflare traces: ${off.join(', ')}.`,
          fix: INIT,
        }),
      ];
}

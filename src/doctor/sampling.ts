import { type Diagnosis, notice, ok, wrong } from './diagnosis.js';
import { tracesOf } from './platform-traces.js';
import { type Situation, wants } from './situation.js';
import { seen, setting } from './variables.js';

/** With a lower share, one or two calls often leave no trace. */
const FEW = 0.5;

/** Checks whether sampling drops traces. */
export function checkSampling(situation: Situation): Diagnosis[] {
  return [
    ...(wants(situation, 'langfuse') ? [...checkSwitch(situation), ...checkLangfuse(situation)] : []),
    ...(wants(situation, 'cloudflare') ? checkCloudflare(situation) : []),
  ];
}

function checkSwitch({ variables }: Situation): Diagnosis[] {
  const name = 'LANGFUSE_TRACING_ENABLED';
  if (setting(variables, name) !== 'false') return [];
  return [
    wrong('sampling', {
      message: `${name} is false in ${seen(variables, name)?.place}: tracing to Langfuse is off.`,
      fix: `Remove ${name}, or set it to true.`,
    }),
  ];
}

function checkLangfuse({ variables }: Situation): Diagnosis[] {
  const name = 'LANGFUSE_SAMPLE_RATE';
  const value = setting(variables, name);
  if (value === '') return [ok('sampling', { message: 'Langfuse: every trace is kept.' })];
  const place = seen(variables, name)?.place;
  if (value === 'cloudflare')
    return [ok('sampling', { message: `Langfuse keeps the requests that Cloudflare traces (${place}).` })];
  const rate = Number(value);
  if (!(rate >= 0))
    return [
      notice('sampling', {
        message: `${name} in ${place} is not a number, so the runtime keeps every trace.`,
        fix: `Write a number from 0 to 1 into ${name}.`,
      }),
    ];
  if (rate === 0)
    return [
      wrong('sampling', {
        message: `${name} is 0 in ${place}: no trace is kept.`,
        fix: `Raise ${name}, such as to 1 while you look for traces.`,
      }),
    ];
  if (rate < FEW)
    return [
      notice('sampling', {
        message: `Langfuse keeps ${share(rate)} (${name} in ${place}): a single call may not show up.`,
        fix: `Set ${name}=1 in .dev.vars while you test.`,
      }),
    ];
  return [ok('sampling', { message: `Langfuse keeps ${share(rate)}.` })];
}

function checkCloudflare(situation: Situation): Diagnosis[] {
  const traces = tracesOf(situation);
  if (traces?.enabled !== true) return [];
  const { rate, where } = traces;
  if (rate === undefined || rate >= 1)
    return [ok('sampling', { message: 'Cloudflare: every request is traced.' })];
  if (rate === 0)
    return [
      wrong('sampling', {
        rule: 'wrangler/sampling-zero',
        message: `observability.traces.head_sampling_rate is 0 ${where}: Cloudflare traces no request.`,
        fix: 'Raise it, such as to 0.1.',
      }),
    ];
  return [
    ok('sampling', {
      message: `Cloudflare traces ${share(rate)} (head_sampling_rate ${where}): a single call may not show up in its dashboard.`,
    }),
  ];
}

function share(rate: number): string {
  const every = Math.round(1 / rate);
  return Math.abs(1 / every - rate) < 0.001 && every > 1
    ? `1 in ${every}`
    : `${Number((rate * 100).toPrecision(3))} %`;
}

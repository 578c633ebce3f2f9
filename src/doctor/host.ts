import type { VariableSource } from '../project/local-variables.js';
import { type Diagnosis, notice, ok, skipped, wrong } from './diagnosis.js';
import { type Answer, type Situation, wants } from './situation.js';
import { serverInUse } from './team-server.js';
import { seen, setting } from './variables.js';

/** The runtime's own default, the US region. */
const DEFAULT_BASE_URL = 'https://us.cloud.langfuse.com';
/** In the order in which the runtime reads them. */
const NAMES = ['LANGFUSE_BASE_URL', 'LANGFUSE_HOST', 'LANGFUSE_BASEURL'] as const;

const REGIONS =
  'Keys hold in their own region only: https://us.cloud.langfuse.com, https://cloud.langfuse.com (EU), https://jp.cloud.langfuse.com or https://hipaa.cloud.langfuse.com.';

/** Where traces go, or why that can't be said. */
export type BaseUrl =
  | { readonly url: URL; readonly from: string; readonly fault?: undefined }
  | { readonly url?: undefined; readonly from: string; readonly fault: string };

export function baseUrl(variables: readonly VariableSource[]): BaseUrl {
  const name = NAMES.find((candidate) => setting(variables, candidate) !== '');
  if (name === undefined) return { url: new URL(DEFAULT_BASE_URL), from: 'the default' };
  const from = `${name} in ${seen(variables, name)?.place}`;
  const value = setting(variables, name);
  if (!URL.canParse(value)) {
    return { from, fault: /^https?:/i.test(value) ? 'is no address' : 'does not begin with https://' };
  }
  const url = new URL(value);
  if (url.protocol !== 'https:' && url.protocol !== 'http:')
    return { from, fault: 'does not begin with https://' };
  if (url.username !== '' || url.password !== '') return { from, fault: 'holds a user name or a password' };
  if (/\/api\/public/.test(url.pathname))
    return { from, fault: 'holds /api/public, which the runtime adds itself' };
  if (url.search !== '' || url.hash !== '') return { from, fault: 'holds more than an address: ? or #' };
  return { url, from };
}

/** This machine itself, where a plain http address is no risk. */
export function isLoopback({ hostname }: URL): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || /^127\./.test(hostname);
}

/** Whether the address is one, somebody answers there, and knows the keys. */
export function checkHost(situation: Situation): Diagnosis[] {
  if (!wants(situation, 'langfuse') || serverInUse(situation) !== undefined) return [];
  const base = baseUrl(situation.variables);
  if (base.fault !== undefined) {
    return [
      wrong('host', {
        message: `${base.from} ${base.fault}.`,
        fix: `Write the address alone, such as ${DEFAULT_BASE_URL}.`,
      }),
    ];
  }
  const { host, config, env } = situation;
  const remarks = deployedRemarks(
    base.url,
    config === null ? undefined : `vars in ${config.path}`,
    base.from,
    env,
  );
  if (host === undefined) {
    return [...remarks, skipped('host', { message: `${base.url.origin} (${base.from}) was not asked.` })];
  }
  return [...remarks, ...checkHealth(base.url, base.from, host.health), ...checkWho(base.url, host)];
}

function deployedRemarks(
  url: URL,
  vars: string | undefined,
  from: string,
  env: string | undefined,
): Diagnosis[] {
  if (isLoopback(url)) {
    if (vars === undefined || !from.endsWith(vars)) return [];
    const where = env === undefined ? '' : ` of environment ${env}`;
    return [
      wrong('host', {
        message: `${from}${where} is this machine, and the deployed Worker can’t reach it.`,
        fix: 'Put that address into .dev.vars, which only local runs read, and the real one into vars.',
      }),
    ];
  }
  if (url.protocol === 'https:') return [];
  return [
    notice('host', {
      message: `${url.origin} is not https: keys and traces travel in the open.`,
      fix: 'Use the https address.',
    }),
  ];
}

function checkHealth(url: URL, from: string, answer: Answer): Diagnosis[] {
  if (answer.kind === 'silent') {
    const fix = isLoopback(url)
      ? `Start what should answer there; for the local dashboard: npx lm dashboard --port ${url.port || '80'}`
      : 'Check the address, and that this machine may reach it (proxy, VPN, firewall).';
    return [
      wrong('host', { message: `${url.origin} (${from}) does not answer: ${silence(answer.cause)}.`, fix }),
    ];
  }
  if (answer.status === 200) return [ok('host', { message: `${url.origin} (${from}) answers.` })];
  if (answer.status >= 300 && answer.status < 400) {
    return [
      wrong('host', {
        message: `${url.origin} (${from}) sends its visitors elsewhere (${answer.status}); the runtime does not follow, so that keys stay where they belong.`,
        fix: 'Write the address it leads to.',
      }),
    ];
  }
  if (answer.status === 404) {
    return [
      wrong('host', {
        message: `${url.origin} (${from}) answers, but is no Langfuse: it has no /api/public/health.`,
        fix: 'Write the address of Langfuse itself.',
      }),
    ];
  }
  return [
    notice('host', {
      message: `${url.origin} (${from}) is there, but says it is not well (${answer.status}).`,
      fix: 'Try again later; its operator knows more.',
    }),
  ];
}

function checkWho(url: URL, { health, keys }: NonNullable<Situation['host']>): Diagnosis[] {
  if (health.kind === 'silent' || keys === undefined) return [];
  if (keys.kind === 'silent') {
    return [
      notice('host', {
        message: `${url.origin} did not say whether it knows the keys: ${silence(keys.cause)}.`,
        fix: 'Run doctor again.',
      }),
    ];
  }
  if (keys.status === 401 || keys.status === 403) {
    return [
      wrong('host', {
        message: `${url.origin} does not know these keys (${keys.status}).`,
        fix: `Check that both are of one project and not deleted. ${REGIONS}`,
      }),
    ];
  }
  if (keys.status === 200) return [ok('host', { message: 'It knows the keys.' })];
  // Loom's receiver has no projects and takes any keys.
  return keys.status === 404 && isLoopback(url)
    ? []
    : [
        notice('host', {
          message: `${url.origin} answered ${keys.status} when asked about the keys; whether it knows them is open.`,
        }),
      ];
}

function silence(cause: string): string {
  switch (cause) {
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return 'its name is not known (DNS)';
    case 'ECONNREFUSED':
      return 'nobody listens there';
    case 'timeout':
      return 'no answer within 5 seconds';
    default:
      return cause;
  }
}

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
  'Keys work only in their own region: https://us.cloud.langfuse.com, https://cloud.langfuse.com (EU), https://jp.cloud.langfuse.com or https://hipaa.cloud.langfuse.com.';

/** The address that traces go to, or why it is unknown. */
export type BaseUrl =
  | { readonly url: URL; readonly from: string; readonly fault?: undefined }
  | { readonly url?: undefined; readonly from: string; readonly fault: string };

export function baseUrl(variables: readonly VariableSource[]): BaseUrl {
  const name = NAMES.find((candidate) => setting(variables, candidate) !== '');
  if (name === undefined) return { url: new URL(DEFAULT_BASE_URL), from: 'the default' };
  const from = `${name} in ${seen(variables, name)?.place}`;
  const value = setting(variables, name);
  if (!URL.canParse(value)) {
    return { from, fault: /^https?:/i.test(value) ? 'is not a URL' : 'does not start with https://' };
  }
  const url = new URL(value);
  if (url.protocol !== 'https:' && url.protocol !== 'http:')
    return { from, fault: 'does not start with https://' };
  if (url.username !== '' || url.password !== '')
    return { from, fault: 'contains a user name or a password' };
  if (/\/api\/public/.test(url.pathname))
    return { from, fault: 'contains /api/public, which the runtime adds itself' };
  if (url.search !== '' || url.hash !== '') return { from, fault: 'contains ? or #' };
  return { url, from };
}

/** This machine, where a plain http address is safe. */
export function isLoopback({ hostname }: URL): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || /^127\./.test(hostname);
}

/** Checks that the address is valid, answers and accepts the keys. */
export function checkHost(situation: Situation): Diagnosis[] {
  if (!wants(situation, 'langfuse') || serverInUse(situation) !== undefined) return [];
  const base = baseUrl(situation.variables);
  if (base.fault !== undefined) {
    return [
      wrong('host', {
        message: `${base.from} ${base.fault}.`,
        fix: `Use the base URL only, such as ${DEFAULT_BASE_URL}.`,
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
    return [...remarks, skipped('host', { message: `${base.url.origin} (${base.from}) was not checked.` })];
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
        fix: 'Put that address into .dev.vars, which only local runs read, and the public one into vars.',
      }),
    ];
  }
  if (url.protocol === 'https:') return [];
  return [
    notice('host', {
      message: `${url.origin} is not https: keys and traces are sent unencrypted.`,
      fix: 'Use the https address.',
    }),
  ];
}

function checkHealth(url: URL, from: string, answer: Answer): Diagnosis[] {
  if (answer.kind === 'silent') {
    const fix = isLoopback(url)
      ? `Start the server there. For the local dashboard: npx lm dashboard --port ${url.port || '80'}`
      : 'Check the address, and that this machine can reach it (proxy, VPN, firewall).';
    return [
      wrong('host', { message: `${url.origin} (${from}) does not answer: ${silence(answer.cause)}.`, fix }),
    ];
  }
  if (answer.status === 200) return [ok('host', { message: `${url.origin} (${from}) answers.` })];
  if (answer.status >= 300 && answer.status < 400) {
    return [
      wrong('host', {
        message: `${url.origin} (${from}) redirects to another address (${answer.status}). The runtime does not follow redirects, to protect your keys.`,
        fix: 'Use the address that it redirects to.',
      }),
    ];
  }
  if (answer.status === 404) {
    return [
      wrong('host', {
        message: `${url.origin} (${from}) answers, but is not Langfuse: /api/public/health does not exist.`,
        fix: 'Use the address of Langfuse itself.',
      }),
    ];
  }
  return [
    notice('host', {
      message: `${url.origin} (${from}) reports that it is unhealthy (${answer.status}).`,
      fix: 'Try again later, or ask its operator.',
    }),
  ];
}

function checkWho(url: URL, { health, keys }: NonNullable<Situation['host']>): Diagnosis[] {
  if (health.kind === 'silent' || keys === undefined) return [];
  if (keys.kind === 'silent') {
    return [
      notice('host', {
        message: `${url.origin} did not confirm the keys: ${silence(keys.cause)}.`,
        fix: 'Run doctor again.',
      }),
    ];
  }
  if (keys.status === 401 || keys.status === 403) {
    return [
      wrong('host', {
        message: `${url.origin} rejects these keys (${keys.status}).`,
        fix: `Check that both belong to one project and still exist. ${REGIONS}`,
      }),
    ];
  }
  if (keys.status === 200) return [ok('host', { message: 'It accepts the keys.' })];
  // Loom's receiver has no projects and takes any keys.
  return keys.status === 404 && isLoopback(url)
    ? []
    : [
        notice('host', {
          message: `${url.origin} answered ${keys.status} to the key check, so the keys are unconfirmed.`,
        }),
      ];
}

function silence(cause: string): string {
  switch (cause) {
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return 'its name does not resolve (DNS)';
    case 'ECONNREFUSED':
      return 'connection refused';
    case 'timeout':
      return 'no answer within 5 seconds';
    default:
      return cause;
  }
}

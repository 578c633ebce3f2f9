import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isRuleId } from '../../src/core/rules.js';
import { diagnose, nextStep } from '../../src/doctor/diagnose.js';
import type { Situation } from '../../src/doctor/situation.js';
import { config, healthy, KEYS, tool, variables } from './healthy.js';

const planWith = (more: Partial<Situation['plan']>): Situation['plan'] => ({ ...healthy().plan, ...more });
const withTools = (...tools: ReturnType<typeof tool>[]) => {
  const [worker] = healthy().plan.workers as [Situation['plan']['workers'][number]];
  return planWith({ workers: [{ ...worker, tools }] });
};
const record = (more: object) => ({ ...(healthy().record as NonNullable<Situation['record']>), ...more });
const withEnv = (values: Record<string, string>) => ({ variables: [variables({ ...KEYS, ...values })] });
const status = (health: number, keys?: number): Pick<Situation, 'host'> => ({
  host: {
    health: { kind: 'answered', status: health },
    keys: keys === undefined ? undefined : { kind: 'answered', status: keys },
  },
});
const silent = (cause: string): Pick<Situation, 'host'> => ({
  host: { health: { kind: 'silent', cause }, keys: undefined },
});
const runtime = (more: object) => ({ runtime: { ...healthy().runtime, ...more } });
const production = (observability: unknown) => config({ env: { production: { observability } } });

const WRONG: [what: string, more: Partial<Situation>, check: string, message: RegExp, fix: RegExp][] = [
  [
    'nothing set up',
    { record: undefined, plan: withTools(tool('planned')) },
    'set-up',
    /no observe\.json/,
    /init$/,
  ],
  [
    'a tool without a trace',
    { plan: withTools(tool('traced'), tool('planned', 'sub')) },
    'tools',
    /"sub" \(src\/index\.ts:5\)/,
    /init$/,
  ],
  ['no keys', { variables: [] }, 'keys', /No Langfuse keys/, /into \.dev\.vars/],
  [
    'empty keys',
    withEnv({ LANGFUSE_PUBLIC_KEY: '', LANGFUSE_SECRET_KEY: ' ' }),
    'keys',
    /No Langfuse keys/,
    /into \.dev\.vars/,
  ],
  [
    'half a pair',
    withEnv({ LANGFUSE_SECRET_KEY: '' }),
    'keys',
    /Only one of the two keys was found.*LANGFUSE_SECRET_KEY/,
    /LANGFUSE_SECRET_KEY/,
  ],
  [
    'keys swapped',
    { variables: [variables({ LANGFUSE_PUBLIC_KEY: 'sk-lf-a', LANGFUSE_SECRET_KEY: 'pk-lf-a' })] },
    'keys',
    /swapped/,
    /pk-lf-/,
  ],
  [
    'the secret key twice',
    withEnv({ LANGFUSE_PUBLIC_KEY: 'sk-lf-a' }),
    'keys',
    /LANGFUSE_PUBLIC_KEY contains the other kind of key/,
    /pk-lf-/,
  ],
  [
    'a key with a space',
    withEnv({ LANGFUSE_PUBLIC_KEY: 'pk-lf- abc' }),
    'keys',
    /white space or a quotation mark/,
    /again, on one line/,
  ],
  [
    'a key in curly quotes',
    withEnv({ LANGFUSE_SECRET_KEY: '“sk-lf-a”' }),
    'keys',
    /quotation mark/,
    /again, on one line/,
  ],
  ['the example value', withEnv({ LANGFUSE_PUBLIC_KEY: 'pk-lf-...' }), 'keys', /example/, /Settings/],
  [
    'keys in an unused file',
    { variables: [variables({}), variables(KEYS, { place: '.env', isRead: false })] },
    'keys',
    /in \.env, which Wrangler ignores next to \.dev\.vars/,
    /into \.dev\.vars/,
  ],
  [
    'keys only in the shell',
    { variables: [variables(KEYS, { place: 'the environment of this shell', isRead: false })] },
    'keys',
    /Wrangler does not read/,
    /into \.dev\.vars/,
  ],
  [
    'keys that secrets.required hides',
    { variables: [variables(KEYS, { hidden: Object.keys(KEYS) })] },
    'keys',
    /secrets\.required in wrangler\.jsonc/,
    /init/,
  ],
  [
    'an address without a scheme',
    withEnv({ LANGFUSE_BASE_URL: 'cloud.langfuse.com' }),
    'host',
    /LANGFUSE_BASE_URL in \.dev\.vars does not start with https/,
    /base URL/,
  ],
  [
    'an invalid address',
    withEnv({ LANGFUSE_HOST: 'https://' }),
    'host',
    /LANGFUSE_HOST in \.dev\.vars is not a URL/,
    /base URL/,
  ],
  [
    'an address with the path of the API',
    withEnv({ LANGFUSE_BASE_URL: 'https://x.test/api/public' }),
    'host',
    /api\/public/,
    /base URL/,
  ],
  [
    'an address with a password',
    withEnv({ LANGFUSE_BASE_URL: 'https://u:hunter2@x.test' }),
    'host',
    /password/,
    /base URL/,
  ],
  [
    'this machine in production',
    {
      config: config({ vars: {} }),
      variables: [
        variables(KEYS),
        variables({ LANGFUSE_BASE_URL: 'http://127.0.0.1:4319' }, { place: 'vars in wrangler.jsonc' }),
      ],
    },
    'host',
    /deployed Worker can’t reach it/,
    /\.dev\.vars/,
  ],
  ['an unknown name', silent('ENOTFOUND'), 'host', /name does not resolve/, /address/],
  [
    'nobody there',
    { ...withEnv({ LANGFUSE_BASE_URL: 'http://localhost:4319' }), ...silent('ECONNREFUSED') },
    'host',
    /connection refused/,
    /lm dashboard --port 4319/,
  ],
  ['no answer in time', silent('timeout'), 'host', /5 seconds/, /firewall/],
  ['a redirect', status(308), 'host', /another address \(308/, /that it redirects to/],
  ['another server', status(404), 'host', /not Langfuse/, /Langfuse itself/],
  ['keys of another region', status(200, 401), 'host', /rejects these keys \(401\)/, /region/],
  ['keys without rights', status(200, 403), 'host', /\(403\)/, /region/],
  [
    'tracing switched off',
    withEnv({ LANGFUSE_TRACING_ENABLED: 'false' }),
    'sampling',
    /LANGFUSE_TRACING_ENABLED is false/,
    /true/,
  ],
  ['sampled out', withEnv({ LANGFUSE_SAMPLE_RATE: '0' }), 'sampling', /LANGFUSE_SAMPLE_RATE is 0/, /Raise/],
  [
    'sampled out by Cloudflare',
    { config: config({ observability: { traces: { enabled: true, head_sampling_rate: 0 } } }) },
    'sampling',
    /head_sampling_rate is 0/,
    /Raise/,
  ],
  [
    'no observability',
    { config: config({ observability: undefined }) },
    'observability',
    /has no observability block/,
    /init/,
  ],
  [
    'logs only',
    { config: config({ observability: { enabled: true } }) },
    'observability',
    /does not turn traces on/,
    /init/,
  ],
  [
    'traces off',
    { config: config({ observability: { traces: { enabled: false } } }) },
    'observability',
    /turns traces off/,
    /init/,
  ],
  [
    'an environment that replaces the block',
    { config: production({ enabled: true }), env: 'production' },
    'observability',
    /in environment production.*for environment production/,
    /init/,
  ],
  [
    'an old Wrangler',
    { wrangler: { version: '4.34.9', minimumNode: undefined } },
    'wrangler',
    /4\.34\.9 does not support/,
    /wrangler@latest/,
  ],
  [
    'an old Wrangler on Node 20, which runs no later one than 4.86',
    { wrangler: { version: '4.34.9', minimumNode: undefined }, node: '20.20.2' },
    'wrangler',
    /4\.34\.9 does not support/,
    /wrangler@4\.86\.0/,
  ],
  ['a Node too old for Wrangler', { node: '20.20.2' }, 'node', /needs Node 22\.12\.0.*20\.20\.2/, /4\.86\.0/],
  [
    'a flag that the date brings',
    {
      config: config({ compatibility_flags: ['nodejs_compat'] }),
      wrangler: { version: '4.121.0', minimumNode: undefined },
    },
    'compatibility',
    /does not start/,
    /Remove nodejs_compat from/,
  ],
  [
    'an env that can’t be imported',
    { config: config({ compatibility_flags: ['disallow_importable_env'] }) },
    'compatibility',
    /disallow_importable_env/,
    /Remove that flag/,
  ],
  [
    'a missing entry',
    { entry: { path: 'src/gone.ts', exists: false, isTraced: false } },
    'files',
    /src\/gone\.ts does not exist/,
    /main/,
  ],
  [
    'a build older than the set-up',
    { entry: { path: 'dist/index.js', exists: true, isTraced: false } },
    'files',
    /older than the set-up/,
    /Build again/,
  ],
  [
    'a runtime that is not installed',
    runtime({ installed: undefined }),
    'runtime',
    /not installed/,
    /npm install/,
  ],
  [
    'a package.json without it',
    {
      plan: planWith({
        changes: [{ action: 'modify', path: 'package.json', before: '', edits: [], purpose: 'dependency' }],
      }),
    },
    'runtime',
    /package\.json is missing/,
    /init/,
  ],
  [
    'a stale copy',
    {
      record: record({ runtime: 'vendor' }),
      plan: planWith({
        changes: [
          { action: 'create', path: 'vendor/observability/dist/index.js', text: '', purpose: 'vendor' },
        ],
      }),
    },
    'runtime',
    /of another version/,
    /init/,
  ],
];

const NOTICED: [what: string, more: Partial<Situation>, check: string, message: RegExp][] = [
  ['tools traced by hand only', { plan: withTools(tool('traced'), tool('manual', 'odd')) }, 'tools', /"odd"/],
  ['no tools', { plan: withTools() }, 'tools', /No MCP tools/],
  [
    'tools that the entry does not import',
    { plan: withTools(tool('traced'), tool('ignored', 'far')) },
    'files',
    /"far"/,
  ],
  ['white space around a key', withEnv({ LANGFUSE_PUBLIC_KEY: 'pk-lf-test ' }), 'keys', /white space around/],
  ['plain http', withEnv({ LANGFUSE_BASE_URL: 'http://langfuse.example' }), 'host', /not https/],
  ['a host that reports an error', status(503), 'host', /503/],
  ['an unclear answer', status(200, 429), 'host', /429/],
  ['a low rate', withEnv({ LANGFUSE_SAMPLE_RATE: '0.01' }), 'sampling', /1 in 100/],
  ['an invalid rate', withEnv({ LANGFUSE_SAMPLE_RATE: 'all' }), 'sampling', /not a number/],
  [
    'traces kept off',
    {
      record: record({ keepDisabled: true }),
      config: config({ observability: { traces: { enabled: false } } }),
    },
    'observability',
    /as asked/,
  ],
  [
    'another environment without traces',
    { config: production({ enabled: true }) },
    'observability',
    /production/,
  ],
  ['no Wrangler', { wrangler: undefined }, 'wrangler', /not installed/],
  [
    'a Wrangler that does not store spans',
    { wrangler: { version: '4.117.9', minimumNode: '22.12.0' } },
    'wrangler',
    /4\.117\.9 does not store the platform’s spans/,
  ],
  ['an older runtime', runtime({ expected: '0.2.0' }), 'runtime', /0\.1\.0 is installed/],
  [
    'a missing build',
    { entry: { path: 'dist/index.js', exists: false, isTraced: false } },
    'files',
    /does not exist yet/,
  ],
  ['an unused receiver', { receiver: true }, 'receiver', /traces go to https:\/\/us\.cloud/],
  [
    'a config that another one hides',
    {
      notes: [
        {
          rule: 'wrangler/config-shadowed',
          level: 'warning',
          file: 'w',
          line: 1,
          message: 'hidden',
          fix: 'f',
        },
      ],
    },
    'files',
    /hidden/,
  ],
];

describe('doctor', () => {
  it('finds nothing in a correct set-up, and gives the next step', () => {
    const diagnoses = diagnose(healthy());
    expect(diagnoses.filter(({ state }) => state === 'wrong' || state === 'notice')).toEqual([]);
    expect(nextStep(healthy(), diagnoses)).toBe(
      'Call a tool, wait a few seconds, and look at https://us.cloud.langfuse.com.',
    );
  });

  it('shows the dashboard’s address with the key', () => {
    const situation = healthy(withEnv({ LANGFUSE_BASE_URL: 'http://127.0.0.1:4319' }));
    expect(nextStep(situation, [])).toMatch(/look at the address that `lm dashboard` printed\./);
  });

  it.each(WRONG)('finds %s', (_what, more, check, message, fix) => {
    const situation = healthy(more);
    const found = diagnose(situation).filter(({ state }) => state === 'wrong');
    expect(found).toEqual([expect.objectContaining({ check, message: expect.stringMatching(message) })]);
    expect(nextStep(situation, found)).toMatch(fix);
  });

  it.each(NOTICED)('notices %s', (_what, more, check, message) => {
    const found = diagnose(healthy(more)).filter(({ state }) => state === 'notice' || state === 'wrong');
    expect(found).toEqual([
      expect.objectContaining({ check, state: 'notice', message: expect.stringMatching(message) }),
    ]);
  });

  it('names Node too if the Wrangler that keeps spans needs a newer one', () => {
    const old = { version: '4.86.0', minimumNode: '20.3.0' };
    const fixOn = (node: string) => diagnose(healthy({ wrangler: old, node })).find(({ fix }) => fix)?.fix;
    expect(fixOn('20.20.2')).toMatch(
      /^Install Node 22 or newer \(this is 20\.20\.2\), then: .*wrangler@latest/,
    );
    expect(fixOn('22.20.0')).toMatch(/^Update it: .*wrangler@latest \(4\.118\.0 or newer\)/);
    const only = healthy({ wrangler: old, record: record({ layers: ['langfuse'] }) });
    expect(diagnose(only).filter(({ state }) => state === 'notice')).toEqual([]);
  });

  it.each<[rule: string, more: Partial<Situation>]>([
    ['langfuse/tool-untraced', { plan: withTools(tool('planned')) }],
    ['langfuse/tool-manual', { plan: withTools(tool('traced'), tool('manual', 'odd')) }],
    ['wrangler/traces-missing', { config: config({ observability: undefined }) }],
    ['wrangler/observability-disabled', { config: config({ observability: { enabled: false } }) }],
    ['wrangler/traces-disabled', { config: config({ observability: { traces: { enabled: false } } }) }],
    ['wrangler/wrangler-too-old', { wrangler: { version: '4.34.9', minimumNode: undefined } }],
    ['wrangler/required-secrets', { variables: [variables(KEYS, { hidden: Object.keys(KEYS) })] }],
  ])('%s is a finding of check too', (rule, more) => {
    const found = diagnose(healthy(more)).filter(({ state }) => state === 'wrong' || state === 'notice');
    expect(found.map((diagnosis) => diagnosis.rule)).toEqual([rule]);
  });

  it('has a next step for every problem, no next step without one, and only published rules', () => {
    const situations = [{}, { host: undefined }, ...[...WRONG, ...NOTICED].map(([, more]) => more)];
    const all = situations.flatMap((more) => diagnose(healthy(more)));
    const of = (...states: string[]) => all.filter(({ state }) => states.includes(state));
    expect(new Set(all.map(({ state }) => state)).size).toBe(4);
    expect(of('wrong').filter(({ fix = '' }) => fix.trim() === '')).toEqual([]);
    expect(of('ok', 'skipped').filter(({ fix }) => fix !== undefined)).toEqual([]);
    expect(all.filter(({ rule }) => rule !== undefined && !isRuleId(rule))).toEqual([]);
  });

  it('accepts a binding to a team server instead of keys, and reports keys that override it', () => {
    const services = [{ binding: 'OBSERVE_SERVER', service: 'loom-shop', entrypoint: 'Ingest' }];
    const bound = healthy({ config: config({ services }), variables: [], host: undefined });
    const found = diagnose(bound);
    expect(found.filter(({ state }) => state === 'wrong' || state === 'notice')).toEqual([]);
    expect(nextStep(bound, found)).toContain('the page of loom-shop');
    const both = diagnose(healthy({ config: config({ services }) }));
    expect(both.find(({ check }) => check === 'server')).toMatchObject({ state: 'notice' });
    // An environment does not inherit bindings.
    const staging = healthy({
      record: record({ server: 'loom-shop' }),
      config: config({ services, env: { staging: { name: 'calc-staging' } } }),
      env: 'staging',
    });
    expect(diagnose(staging).find(({ check }) => check === 'server')).toMatchObject({
      state: 'wrong',
      rule: 'wrangler/server-missing',
    });
  });

  it('checks nothing of a layer that is off', () => {
    const situation = healthy({
      record: record({ layers: ['cloudflare'] }),
      variables: [],
      ...runtime({ installed: undefined }),
    });
    expect(diagnose(situation).filter(({ state }) => state === 'wrong')).toEqual([]);
    const other = healthy({
      record: record({ layers: ['langfuse'] }),
      config: config({ observability: undefined }),
    });
    expect(diagnose(other).filter(({ state }) => state === 'wrong')).toEqual([]);
  });

  it('takes the next step from the first of several problems', () => {
    const situation = healthy({ variables: [], wrangler: { version: '3.0.0', minimumNode: undefined } });
    expect(nextStep(situation, diagnose(situation))).toMatch(/into \.dev\.vars/);
  });

  it('never prints the value of a variable', () => {
    const secret = fc.stringMatching(/^(pk-lf-|sk-lf-|)[A-Za-z0-9 "'“.<]{0,6}Q7Q7Q7[A-Za-z0-9]{0,6}$/);
    fc.assert(
      fc.property(secret, secret, secret, fc.boolean(), (publicKey, secretKey, url, isRead) => {
        const values = {
          LANGFUSE_PUBLIC_KEY: publicKey,
          LANGFUSE_SECRET_KEY: secretKey,
          LANGFUSE_BASE_URL: url,
          LANGFUSE_SAMPLE_RATE: url,
        };
        const situation = healthy({ variables: [variables(values, { isRead })], host: undefined });
        const diagnoses = diagnose(situation);
        expect(JSON.stringify([diagnoses, nextStep(situation, diagnoses)])).not.toContain('Q7Q7Q7');
      }),
    );
  });
});

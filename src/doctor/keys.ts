import { INIT } from '../core/plan.js';
import { type Diagnosis, notice, ok, skipped, wrong } from './diagnosis.js';
import { type Situation, wants } from './situation.js';
import { serverInUse } from './team-server.js';
import { PUBLIC_KEY, SECRET_KEY, type SeenVariable, seen } from './variables.js';

const NAMES = [PUBLIC_KEY, SECRET_KEY] as const;

/** Checks that a local run has both keys, and that they look like keys. Only names are printed. */
export function checkKeys(situation: Situation): Diagnosis[] {
  if (!wants(situation, 'langfuse')) return [];
  const { variables, config } = situation;
  const found = NAMES.map((name) => ({ name, key: seen(variables, name) }));
  const present = found.filter(
    (one): one is { name: (typeof NAMES)[number]; key: SeenVariable } =>
      one.key !== undefined && one.key.value.trim() !== '',
  );
  const missing = found
    .filter((one) => !present.some(({ name }) => name === one.name))
    .map(({ name }) => name);
  if (serverInUse(situation) !== undefined) {
    return [ok('keys', { message: 'No keys are needed: the team’s server is reached through a binding.' })];
  }
  const local = missing.length > 0 ? [missingKeys(situation, missing)] : checkShapes(present);
  if (config === null) return local;
  return [
    ...local,
    skipped('keys', {
      message:
        'doctor can’t see the deployed Worker’s secrets. To list their names: npx wrangler secret list',
    }),
  ];
}

function missingKeys({ variables, config }: Situation, missing: readonly string[]): Diagnosis {
  const names = missing.join(' and ');
  const are = missing.length === 1 ? 'is' : 'are';
  const hidden = variables.find(
    (source) => source.isRead && missing.some((name) => source.hidden.includes(name)),
  );
  if (hidden) {
    return wrong('keys', {
      rule: 'wrangler/required-secrets',
      message: `${names} ${are} in ${hidden.place}, but secrets.required in ${config?.path} does not list them, so Wrangler does not load them.`,
      fix: `${INIT}   (appends them to that list)`,
    });
  }
  const unread = variables.find(({ isRead, values }) => !isRead && missing.every((name) => values[name]));
  const home = variables.find(({ isRead, place }) => isRead && place.startsWith('.'))?.place;
  if (unread) {
    const target = config === null ? 'the environment' : (home ?? '.dev.vars');
    const why =
      config === null
        ? 'the process does not load'
        : home
          ? `Wrangler ignores next to ${home}`
          : 'Wrangler does not read';
    return wrong('keys', {
      message: `${names} ${are} in ${unread.place}, which ${why}.`,
      fix: `Put ${names} into ${target}.`,
    });
  }
  const where = config === null ? 'the environment of the process' : (home ?? '.dev.vars');
  const half =
    missing.length === 1
      ? `Only one of the two keys was found: ${names} is missing or empty`
      : 'No Langfuse keys were found';
  return wrong('keys', {
    message: `${half}; tracing to Langfuse is off.`,
    fix: `Put ${names} into ${where} (empty means off).`,
  });
}

function checkShapes(present: readonly { name: string; key: SeenVariable }[]): Diagnosis[] {
  const [publicKey, secretKey] = present.map(({ key }) => key.value.trim()) as [string, string];
  if (publicKey.startsWith('sk-lf-') || secretKey.startsWith('pk-lf-')) {
    const both = publicKey.startsWith('sk-lf-') && secretKey.startsWith('pk-lf-');
    return [
      wrong('keys', {
        message: both
          ? 'The two keys are swapped.'
          : `${publicKey.startsWith('sk-lf-') ? PUBLIC_KEY : SECRET_KEY} contains the other kind of key.`,
        fix: `Put the key that starts with pk-lf- into ${PUBLIC_KEY} and the key that starts with sk-lf- into ${SECRET_KEY}.`,
      }),
    ];
  }
  const odd = present.find(({ key }) => /[\s"'`“”‘’]/.test(key.value.trim()));
  if (odd) {
    return [
      wrong('keys', {
        message: `${odd.name} in ${odd.key.place} contains white space or a quotation mark.`,
        fix: `Copy ${odd.name} again, on one line and without quotes.`,
      }),
    ];
  }
  const placeholder = present.find(({ key }) => /\.\.\.|<|>|\byour\b/i.test(key.value));
  if (placeholder) {
    return [
      wrong('keys', {
        message: `${placeholder.name} in ${placeholder.key.place} contains the example, not a key.`,
        fix: `Put your own ${placeholder.name} there: Langfuse, Settings, API Keys.`,
      }),
    ];
  }
  const places = [...new Set(present.map(({ key }) => key.place))].join(' and ');
  const padded = present.find(({ key }) => key.value !== key.value.trim());
  return [
    ok('keys', { message: `Both keys were found in ${places}.` }),
    ...(padded
      ? [notice('keys', { message: `${padded.name} has white space around it; the runtime trims it.` })]
      : []),
  ];
}

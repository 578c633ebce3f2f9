/**
 * Runs inside the project's Node with the project's Wrangler; prints one JSON list after a record separator,
 * as Wrangler may print before it. It prints values only as hashes, because configs contain secrets. It
 * leaves out what init changes: `observability`, required secrets, compatibility flags, and the settings for
 * a team's server.
 */
export const PROOF_SCRIPT = `
const [entry, config, environments] = process.argv.slice(1);
const { createHash } = require('node:crypto');
const read = require(entry).unstable_readConfig;
const hash = (value) => createHash('sha256').update(JSON.stringify(value) ?? '').digest('hex').slice(0, 16);
const own = ({ observability, previews, secrets, compatibility_flags, services, vars, ...rest }) => ({
  ...rest,
  services: (services ?? []).filter(({ binding }) => binding !== 'OBSERVE_SERVER'),
  vars: Object.entries(vars ?? {}).filter(([name]) => name !== 'LANGFUSE_BASE_URL'),
  ...(previews ? { previews: own(previews) } : {}),
});
const names = (error) =>
  String(error && error.message)
    .split('\\n')
    .flatMap((line) => [...line.split('but got')[0].matchAll(/"([a-z_]+(?:\\.[\\w-]+|\\[\\d+\\])*)"/g)])
    .map((match) => match[1]);
const scope = (env) => {
  try {
    const read_ = read({ config, env: env ?? undefined }, { hideWarnings: true });
    const settings = Object.fromEntries(Object.entries(own(read_)).map(([key, value]) => [key, hash(value)]));
    const traces = read_.observability?.traces?.enabled === true;
    return { env, valid: true, complaints: [], traces, settings };
  } catch (error) {
    return { env, valid: false, complaints: [...new Set(names(error))], traces: false, settings: {} };
  }
};
const scopes = read ? [null, ...JSON.parse(environments)].map(scope) : null;
process.stdout.write('\\u001e' + JSON.stringify(scopes), () => process.exit(0));
`;

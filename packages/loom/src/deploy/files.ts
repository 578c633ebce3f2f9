import { EXIT, LoomError } from '../errors.js';

/** The settings that the files of a team's server are generated from. */
export interface ServerOptions {
  /** Name of the Worker and of its database. */
  readonly name: string;
  /** Spans go through a Queue. */
  readonly queue: boolean;
  /** A Durable Object updates open pages immediately. */
  readonly live: boolean;
  /** A domain of the account, such as `traces.example.com`. By default the server uses workers.dev. */
  readonly domain?: string | undefined;
  /** Cloudflare Access in front of the page: the team's address and the application's AUD tag. */
  readonly access?: { readonly team: string; readonly audience: string } | undefined;
}

/** Folder in `.loom`. */
export const SERVER_FOLDER = 'server';
export const CONFIG_FILE = 'wrangler.jsonc';
export const WORKER_FILE = 'worker.js';
/** `lm deploy` replaces this with the database's id. */
const NO_DATABASE = '';
/**
 * For the generated Worker. From this date, the Workers runtime supports `waitUntil` and `RPC entrypoints`
 * without flags.
 */
const COMPATIBILITY_DATE = '2026-04-01';
/** Limit for one key in 10 seconds, at one Cloudflare location. */
const REQUESTS = 5000;

const WORKER = `// The team's Loom server: it receives traces and shows them. \`lm deploy\` created this folder.
export { default, Ingest, Live } from '@create-something/loom/worker';
`;

const IGNORE = `# Files of wrangler.
.wrangler/
.dev.vars*
`;

/** The files of a server, by name in its folder. */
export function serverFiles(options: ServerOptions): Readonly<Record<string, string>> {
  return {
    [CONFIG_FILE]: configText(options),
    [WORKER_FILE]: WORKER,
    'README.md': readme(options),
    '.gitignore': IGNORE,
  };
}

export function requireName(name: string): string {
  if (!/^[a-z0-9][a-z0-9-]{0,52}$/.test(name)) {
    throw new LoomError(
      `${name} can't be the name of a Worker.`,
      'Use lower-case letters, digits and dashes, 53 of them at most: --name loom-shop',
      EXIT.usage,
    );
  }
  return name;
}

function configText({ name, queue, live, domain, access }: ServerOptions): string {
  const config = {
    $schema: '../../node_modules/wrangler/config-schema.json',
    name,
    main: WORKER_FILE,
    compatibility_date: COMPATIBILITY_DATE,
    ...(domain === undefined
      ? { workers_dev: true }
      : { workers_dev: false, routes: [{ pattern: domain, custom_domain: true }] }),
    // Preview URLs would be a second entrance.
    preview_urls: false,
    observability: { enabled: true },
    d1_databases: [
      {
        binding: 'DB',
        database_name: name,
        database_id: NO_DATABASE,
        migrations_dir: '../migrations',
      },
    ],
    // Deletes data that is older than the retention, once an hour.
    triggers: { crons: ['17 * * * *'] },
    ratelimits: [{ name: 'RATE_LIMIT', namespace_id: '1001', simple: { limit: REQUESTS, period: 10 } }],
    ...(queue
      ? {
          queues: {
            producers: [{ binding: 'QUEUE', queue: name }],
            consumers: [{ queue: name, max_batch_size: 100, max_batch_timeout: 2, max_retries: 100 }],
          },
        }
      : {}),
    ...(live
      ? {
          durable_objects: { bindings: [{ name: 'LIVE', class_name: 'Live' }] },
          migrations: [{ tag: 'v1', new_sqlite_classes: ['Live'] }],
        }
      : {}),
    ...(access ? { vars: { ACCESS_TEAM: access.team, ACCESS_AUD: access.audience } } : {}),
  };
  return `// The team's Loom server. \`lm deploy --remove\` keeps this file if you edited it.\n${JSON.stringify(config, null, 2)}\n`;
}

function readme({ name, queue, domain, access }: ServerOptions): string {
  const at = domain === undefined ? `https://${name}.<your subdomain>.workers.dev` : `https://${domain}`;
  const steps = [
    `npx wrangler d1 create ${name}`,
    ...(queue ? [`npx wrangler queues create ${name}`] : []),
    `npx wrangler d1 migrations apply ${name} --remote`,
    'npx wrangler deploy',
  ];
  return `# The team's Loom server

This Worker receives traces and shows them at ${at}. Its database is the D1 database \`${name}\`.

Run \`lm deploy --yes\` to create and deploy it. By hand, in this folder:

\`\`\`
${steps.join('\n')}
\`\`\`

After the first command, put the id that it prints into \`wrangler.jsonc\` as \`database_id\`.

No one has access yet. Create keys:

\`\`\`
lm keys add "shop worker"                   # a Worker can send traces
lm keys add "Ana" --kind login              # a person can open the page
lm keys add "CI" --kind read                # a program may read
\`\`\`
${access ? '\nCloudflare Access protects the page. Add a bypass policy for `/api/public/*` and `/v1/*`: keys protect these paths.\n' : ''}
\`lm deploy --check\` lists what is missing. \`lm deploy --update\` installs a new version. \`lm deploy --remove\` removes
this folder. It leaves the Worker and its database in your account; delete them with wrangler.
`;
}

import { execFile } from 'node:child_process';
import { type Dirent, existsSync, readdirSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join, relative } from 'node:path';
import { promisify } from 'node:util';
import { isRecord, recordsOf, textOrNull } from '../../json-values.js';

const run = promisify(execFile);

/** In the order in which wrangler looks for them. */
const NAMES = ['wrangler.json', 'wrangler.jsonc', 'wrangler.toml'];
const SKIPPED = /^(\.|node_modules$|dist$|vendor$|coverage$)/;
const MAX_DEPTH = 4;
const MAX_CONFIGS = 30;
const TIMEOUT_MS = 20_000;

/** Facts from a Worker's wrangler config that its spans lack. One for each environment. */
export interface WorkerConfig {
  /** Relative to the project's root. */
  readonly path: string;
  /** Null for the config's top level. */
  readonly environment: string | null;
  /**
   * The deployed name. An environment has its own name, usually the Worker's followed by the environment's.
   */
  readonly name: string | null;
  /** Whether the deployed Worker records spans, and for which share of requests. */
  readonly traces: { readonly enabled: boolean; readonly sampling: number };
  /** R2 buckets by their binding. */
  readonly buckets: Readonly<Record<string, string>>;
  /** Port of `wrangler dev` (`dev.port`); null if the config has none. */
  readonly port: number | null;
  /** Bound Durable Object classes. */
  readonly classes: readonly string[];
}

/** Runs in a separate process: wrangler is large, prints to the console, and is the project's own version. */
const SCRIPT = `
const [wrangler, ...paths] = process.argv.slice(1);
const read = require(wrangler).unstable_readConfig;
const configs = [];
const add = (path, env) => {
  try {
    const config = read({ config: path, env }, { hideWarnings: true });
    const { name, dev, observability, r2_buckets: buckets, durable_objects: objects } = config;
    const port = dev?.port;
    configs.push({ path, environment: env, name, port, observability, buckets, objects: objects?.bindings });
    return config.definedEnvironments ?? [];
  } catch {
    return [];
  }
};
for (const path of paths) for (const env of add(path)) add(path, env);
process.stdout.write('\\u001e' + JSON.stringify(configs), () => process.exit(0));
`;

/** The Workers of a project, as read by its own wrangler. Empty if wrangler is not installed. */
export class WorkerConfigs {
  readonly #root: string;
  #stamp = '';
  #configs: Promise<WorkerConfig[]> = Promise.resolve([]);

  constructor(root: string) {
    this.#root = root;
  }

  /** Reads again only after a change of a config, because wrangler takes a second. */
  read(): Promise<WorkerConfig[]> {
    const paths = findConfigs(this.#root, MAX_DEPTH).slice(0, MAX_CONFIGS);
    const stamp = paths.map((path) => `${path} ${statSync(path).mtimeMs}`).join('\n');
    if (stamp !== this.#stamp) {
      this.#stamp = stamp;
      this.#configs = readConfigs(this.#root, paths);
    }
    return this.#configs;
  }
}

async function readConfigs(root: string, paths: readonly string[]): Promise<WorkerConfig[]> {
  const wrangler = wranglerOf(paths);
  if (!wrangler) {
    return [];
  }
  const configs = await readWith(wrangler, root, paths);
  return recordsOf(configs).map((config) => workerConfig(root, config));
}

function findConfigs(dir: string, depth: number): string[] {
  const own = NAMES.map((name) => join(dir, name)).find((path) => existsSync(path));
  const below =
    depth === 0
      ? []
      : entriesOf(dir)
          .filter((entry) => entry.isDirectory() && !SKIPPED.test(entry.name))
          .flatMap((entry) => findConfigs(join(dir, entry.name), depth - 1));
  return own ? [own, ...below] : below;
}

/** Empty for a folder that may not be read, such as a database's in a container. */
function entriesOf(dir: string): Dirent[] {
  try {
    return readdirSync(dir, { withFileTypes: true });
  } catch {
    return [];
  }
}

/** The first wrangler that is found from a Worker's folder. */
function wranglerOf(paths: readonly string[]): string | undefined {
  for (const path of paths) {
    try {
      return createRequire(path).resolve('wrangler');
    } catch {
      // Not installed from this folder.
    }
  }
  return undefined;
}

async function readWith(wrangler: string, cwd: string, paths: readonly string[]): Promise<unknown> {
  try {
    const { stdout } = await run(process.execPath, ['-e', SCRIPT, wrangler, ...paths], {
      cwd,
      env: { ...process.env, WRANGLER_SEND_METRICS: 'false' },
      timeout: TIMEOUT_MS,
      maxBuffer: 16 * 1024 * 1024,
    });
    return JSON.parse(stdout.slice(stdout.indexOf('\u001e') + 1));
  } catch {
    return [];
  }
}

function workerConfig(root: string, config: Record<string, unknown>): WorkerConfig {
  const observability = isRecord(config.observability) ? config.observability : {};
  const traces = isRecord(observability.traces) ? observability.traces : {};
  const share = traces.head_sampling_rate ?? observability.head_sampling_rate;
  return {
    path: relative(root, String(config.path)),
    environment: textOrNull(config.environment),
    name: textOrNull(config.name),
    traces: { enabled: traces.enabled === true, sampling: typeof share === 'number' ? share : 1 },
    buckets: Object.fromEntries(
      recordsOf(config.buckets).map(({ binding, bucket_name: name }) => [String(binding), String(name)]),
    ),
    port: typeof config.port === 'number' ? config.port : null,
    classes: [...new Set(recordsOf(config.objects).map(({ class_name: name }) => String(name)))],
  };
}

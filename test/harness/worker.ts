import { existsSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { startGroup, stopGroup } from './process.js';
import { root } from './root.js';
import { scratchFolder } from './scratch.js';
import { until } from './until.js';

export interface BootOptions {
  /** Laid over `.dev.vars`, which wrangler reads by itself. Only test values: they show in the process list. */
  readonly vars?: Readonly<Record<string, string>>;
}

export interface RunningWorker {
  /** Such as `http://127.0.0.1:41000`. */
  readonly url: string;
  /** All that wrangler and the Worker printed so far. */
  log(): string;
  /** Ends wrangler and workerd, and takes away what they left in the folder. */
  stop(): Promise<void>;
}

const READY = /Ready on (http:\/\/[\d.]+:\d+)/;
const BOOT_TIMEOUT_MS = 60_000;

/**
 * Boots the Worker of a folder in workerd through `wrangler dev`, as its author would: the programmatic
 * `unstable_startWorker` leaves `nodejs_compat` out of the bundle and waits for ever on a failed build.
 * The project's own wrangler is used when it has one, else this repository's.
 * @throws Error with wrangler's words when the Worker does not come up.
 */
export async function bootWorker(dir: string, options: BootOptions = {}): Promise<RunningWorker> {
  const { dir: scratch, remove } = scratchFolder();
  const hadState = existsSync(join(dir, '.wrangler'));
  const child = startGroup(process.execPath, wranglerDev(dir, scratch, options.vars ?? {}), {
    cwd: dir,
    env: {
      // Nothing leaves the machine: no metrics, no look-up of request.cf, no update check.
      WRANGLER_SEND_METRICS: 'false',
      WRANGLER_HIDE_BANNER: 'true',
      CLOUDFLARE_CF_FETCH_ENABLED: 'false',
      // Apart from other runs: the registry is how wrangler processes find each other's Workers.
      WRANGLER_LOG_PATH: join(scratch, 'logs'),
      WRANGLER_REGISTRY_PATH: join(scratch, 'registry'),
      FORCE_COLOR: '0',
      CI: 'true',
    },
  });

  let log = '';
  const listen = (text: string) => {
    log += text;
  };
  child.stdout?.setEncoding('utf8').on('data', listen);
  child.stderr?.setEncoding('utf8').on('data', listen);

  const stop = async () => {
    await stopGroup(child);
    await remove();
    if (!hadState) await rm(join(dir, '.wrangler'), { recursive: true, force: true, maxRetries: 5 });
  };

  const failed = () => log.includes('Build failed') || child.exitCode !== null;
  await until(() => READY.test(log) || failed(), { timeoutMs: BOOT_TIMEOUT_MS });
  const url = READY.exec(log)?.[1];
  if (url) return { url, log: () => log, stop };
  await stop();
  throw new Error(`The Worker in ${dir} did not start.\n${log.trim().slice(-4000)}`);
}

function wranglerDev(dir: string, scratch: string, vars: Readonly<Record<string, string>>): string[] {
  const flags = ['--ip', '127.0.0.1', '--port', '0', '--inspector-port', '0', '--local-protocol', 'http'];
  const variables = Object.entries(vars).flatMap(([name, value]) => ['--var', `${name}:${value}`]);
  return [
    '--no-warnings',
    wranglerOf(dir),
    'dev',
    ...flags,
    '--show-interactive-dev-session=false',
    '--persist-to',
    join(scratch, 'state'),
    ...variables,
  ];
}

function wranglerOf(dir: string): string {
  for (const from of [dir, root]) {
    try {
      const manifest = createRequire(join(from, 'package.json')).resolve('wrangler/package.json');
      return join(dirname(manifest), 'wrangler-dist/cli.js');
    } catch {
      // Not installed there.
    }
  }
  throw new Error('wrangler is not installed; run npm ci');
}

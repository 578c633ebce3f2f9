import { existsSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { startGroup, stopGroup } from './process.js';
import { root } from './root.js';
import { scratchFolder } from './scratch.js';
import { until } from './until.js';

export interface BootOptions {
  /**
   * They override `.dev.vars`, which wrangler reads by itself. Use only test values, because the process list shows
   * them.
   */
  readonly vars?: Readonly<Record<string, string>>;
}

export interface RunningWorker {
  /** Such as `http://127.0.0.1:41000`. */
  readonly url: string;
  /** The output of wrangler and the Worker so far. */
  log(): string;
  /** Ends wrangler and workerd, and removes their files from the folder. */
  stop(): Promise<void>;
}

const READY = /Ready on (http:\/\/[\d.]+:\d+)/;
/** A cold machine with much else to do was seen to take more than a minute. */
const BOOT_TIMEOUT_MS = 180_000;

/**
 * Starts the Worker of a folder in workerd with `wrangler dev`, like its author. `unstable_startWorker` leaves
 * `nodejs_compat` out of the bundle, and never ends after a failed build. It uses the project's wrangler, or else that
 * of this repository.
 * @throws Error with wrangler's output if the Worker does not start
 */
export async function bootWorker(dir: string, options: BootOptions = {}): Promise<RunningWorker> {
  const { dir: scratch, remove } = scratchFolder();
  const hadState = existsSync(join(dir, '.wrangler'));
  const child = startGroup(process.execPath, wranglerDev(dir, scratch, options.vars ?? {}), {
    cwd: dir,
    env: {
      // No request leaves the machine: no metrics, no lookup of request.cf, no update check.
      WRANGLER_SEND_METRICS: 'false',
      WRANGLER_HIDE_BANNER: 'true',
      CLOUDFLARE_CF_FETCH_ENABLED: 'false',
      // Wrangler processes find each other's Workers through the registry, so each run has its own.
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
      // The project has no wrangler.
    }
  }
  throw new Error('wrangler is not installed; run npm ci');
}

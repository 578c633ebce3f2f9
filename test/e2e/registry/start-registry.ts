import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { installApart, npmEnv } from '../../harness/npm.js';
import { freePort } from '../../harness/port.js';
import { mustRun, startGroup, stopGroup } from '../../harness/process.js';
import { root } from '../../harness/root.js';
import { scratchFolder } from '../../harness/scratch.js';
import { until } from '../../harness/until.js';

/** Enough for the first start on a busy machine. */
const START_TIMEOUT_MS = 120_000;

export interface LocalRegistry {
  readonly url: string;
  /** Publishes tarballs in the given order. */
  publish(tarballs: readonly string[]): Promise<void>;
  stop(): Promise<void>;
}

/**
 * Starts a real Verdaccio on a free port of 127.0.0.1. Our packages exist only here. Requests for others go to npm's
 * configured registry.
 */
export async function startRegistry(): Promise<LocalRegistry> {
  const modules = await installApart('verdaccio', 'test/e2e/registry/verdaccio');
  const program = join(modules, 'verdaccio/bin/verdaccio');
  const { dir: scratch, remove } = scratchFolder();
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const config = join(scratch, 'config.yaml');
  await writeFile(config, configuration(scratch, await npmConfig('registry')));

  const cafile = await npmConfig('cafile');
  const child = startGroup(process.execPath, [program, '--config', config, '--listen', `127.0.0.1:${port}`], {
    cwd: scratch,
    env: { ...npmEnv(), ...(cafile === 'null' ? {} : { NODE_EXTRA_CA_CERTS: cafile }) },
  });
  let log = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding('utf8').on('data', (text: string) => {
      log += text;
    });
  }
  const stop = async () => {
    await stopGroup(child);
    await remove();
  };

  const ended = () => child.exitCode !== null;
  const inTime = await until(async () => ended() || (await answers(url)), { timeoutMs: START_TIMEOUT_MS });
  if (!inTime || ended()) {
    await stop();
    throw new Error(`Verdaccio did not start.\n${log.slice(-3000)}`);
  }
  return { url, stop, publish: (tarballs) => publish(tarballs, url, port) };
}

async function publish(tarballs: readonly string[], url: string, port: number): Promise<void> {
  for (const tarball of tarballs) {
    // npm needs a token to publish. Verdaccio lets everyone publish and ignores it.
    const flags = ['--registry', url, `--//127.0.0.1:${port}/:_authToken=local`, '--access', 'public'];
    await mustRun('npm', ['publish', tarball, ...flags], { cwd: root, env: npmEnv() });
  }
}

function configuration(scratch: string, upstream: string): string {
  return `
storage: ${join(scratch, 'storage')}
web: { enable: false }
uplinks:
  upstream: { url: ${upstream}, timeout: 120s, max_fails: 20 }
packages:
  'create-something-observe': { access: $all, publish: $all }
  '@create-something/*': { access: $all, publish: $all }
  '**': { access: $all, proxy: upstream }
max_body_size: 50mb
log: { type: stdout, format: pretty, level: warn }
`;
}

async function npmConfig(key: string): Promise<string> {
  const { stdout } = await mustRun('npm', ['config', 'get', key], { cwd: root, env: npmEnv() });
  return stdout.trim();
}

async function answers(url: string): Promise<boolean> {
  try {
    return (await fetch(`${url}/-/ping`)).ok;
  } catch {
    return false;
  }
}

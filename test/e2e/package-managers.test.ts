import { chmod, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { installApart, npmEnv } from '../harness/npm.js';
import { run } from '../harness/process.js';
import { scratchFolder } from '../harness/scratch.js';
import { commitAll, git } from '../support/cli.js';
import { cleanups } from './cleanups.js';
import { sharedRegistry } from './registry/shared.js';

/**
 * Each package manager: its lockfile, and the commands that run a package that is not installed, and an installed one.
 */
const MANAGERS = [
  {
    name: 'pnpm',
    install: ['pnpm', 'install'],
    script: 'pnpm/bin/pnpm.cjs',
    lockfile: 'pnpm-lock.yaml',
    dlx: ['pnpm', 'dlx'],
    node: ['pnpm', 'exec', 'node'],
  },
  {
    name: 'yarn',
    install: ['yarn', 'install', '--no-immutable'],
    script: '@yarnpkg/cli-dist/bin/yarn.js',
    lockfile: 'yarn.lock',
    dlx: ['yarn', 'dlx'],
    node: ['yarn', 'node'],
  },
  // Yarn 1 runs only installed packages, so its users use npx.
  {
    name: 'yarn 1',
    install: ['yarn', 'install'],
    script: 'yarn/bin/yarn.js',
    lockfile: 'yarn.lock',
    dlx: ['npx', '--yes'],
    node: ['yarn', 'node'],
  },
  {
    name: 'bun',
    install: ['bun', 'install'],
    script: 'bun/bin/bun.exe',
    lockfile: 'bun.lock',
    dlx: ['bunx'],
    node: ['node'],
  },
] as const;

const SOURCE = `export function register(server) {
  server.registerTool('add', { description: 'Add' }, async ({ a, b }) => ({
    content: [{ type: 'text', text: String(a + b) }],
  }));
}
export default { fetch: () => new Response(typeof register) };
`;

const everyone = cleanups('file');
let modules: string;
beforeAll(async () => {
  modules = await installApart('managers', 'test/e2e/registry/managers');
});

describe.each(MANAGERS)('with $name', ({ name, install, script, lockfile, dlx, node }) => {
  it('init, check and remove work in its own project', async () => {
    const home = scratch();
    const dir = join(home, 'project');
    const path = await programs(home, name, join(modules, script));
    // In CI, a manager does not change a lockfile without a flag.
    const env = { ...npmEnv(), ...settings(home), CI: 'true', PATH: `${path}:${process.env['PATH']}` };
    const call = ([program, ...words]: readonly string[]) => run(program as string, words, { cwd: dir, env });

    await project(dir, name === 'yarn' ? { '.yarnrc.yml': 'enableTelemetry: false\n', 'yarn.lock': '' } : {});
    const first = await call(install);
    expect(first.code, first.stdout + first.stderr).toBe(0);
    git(dir, 'init', '--quiet');
    commitAll(dir);
    const before = await readFile(join(dir, lockfile), 'utf8');

    const made = await call([...dlx, 'create-something-observe', 'init', '--yes']);
    expect(made.code, made.stdout + made.stderr).toBe(0);
    expect(await readFile(join(dir, lockfile), 'utf8')).not.toBe(before);
    const resolved = await call([
      ...node,
      '-e',
      "import('@create-something/observability').then((m) => console.log(typeof m.createTrace))",
    ]);
    expect(resolved.stdout, resolved.stderr).toContain('function');
    expect(await call([...dlx, 'create-something-observe', 'check'])).toMatchObject({ code: 0 });

    const undone = await call([...dlx, 'create-something-observe', 'remove', '--yes']);
    expect(undone.code, undone.stdout + undone.stderr).toBe(0);
    expect(git(dir, 'status', '--porcelain')).toBe('');
    expect(await readFile(join(dir, lockfile), 'utf8')).toBe(before);
  });
});

function scratch(): string {
  const { dir, remove } = scratchFolder();
  everyone(remove);
  return dir;
}

async function project(dir: string, more: Readonly<Record<string, string>>): Promise<void> {
  const files = {
    'package.json': `${JSON.stringify({ name: 'calc', private: true, type: 'module', dependencies: { zod: '^4.0.0' } }, null, 2)}\n`,
    'wrangler.jsonc':
      '{\n  "name": "calc",\n  "main": "src/index.js",\n  "compatibility_date": "2026-01-01"\n}\n',
    'src/index.js': SOURCE,
    '.gitignore': 'node_modules\n.yarn\n.pnp.*\n.dev.vars\n',
    ...more,
  };
  await mkdir(join(dir, 'src'), { recursive: true });
  for (const [path, text] of Object.entries(files)) await writeFile(join(dir, path), text);
}

/** A folder for PATH that contains only the manager, with its usual name. */
async function programs(home: string, name: string, script: string): Promise<string> {
  const folder = join(home, 'bin');
  await mkdir(folder);
  const runner = name === 'bun' ? '' : `"${process.execPath}" `;
  for (const [program, words] of [[name.split(' ')[0], ''], ...(name === 'bun' ? [['bunx', ' x']] : [])]) {
    const file = join(folder, String(program));
    await writeFile(file, `#!/bin/sh\nexec ${runner}"${script}"${words} "$@"\n`);
    await chmod(file, 0o755);
  }
  return folder;
}

/** The run's registry, and new caches, because an earlier run may have published other packages of the same version. */
function settings(home: string): NodeJS.ProcessEnv {
  const url = sharedRegistry();
  return {
    npm_config_registry: url,
    npm_config_cache: join(home, 'npm'),
    npm_config_store_dir: join(home, 'pnpm-store'),
    XDG_CACHE_HOME: join(home, 'cache'),
    YARN_NPM_REGISTRY_SERVER: url,
    YARN_UNSAFE_HTTP_WHITELIST: '127.0.0.1',
    YARN_GLOBAL_FOLDER: join(home, 'yarn'),
    YARN_CACHE_FOLDER: join(home, 'yarn-cache'),
    // By default, Yarn refuses packages that are a minute old.
    YARN_NPM_MINIMAL_AGE_GATE: '0',
    YARN_REGISTRY: url,
    BUN_INSTALL_CACHE_DIR: join(home, 'bun-cache'),
    BUN_CONFIG_REGISTRY: url,
  };
}

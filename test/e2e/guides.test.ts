import { cp, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { openLoom } from '../../packages/loom/src/store/open.js';
import { copyFixture } from '../harness/fixture.js';
import { npmEnv } from '../harness/npm.js';
import { root } from '../harness/root.js';
import { scratchFolder } from '../harness/scratch.js';
import { commitAll, git } from '../support/cli.js';
import { cleanups } from './cleanups.js';
import { GuideSession } from './guides/guide-session.js';
import { readGuide } from './guides/read-guide.js';
import { sharedRegistry } from './registry/shared.js';

/** Projects that exist only for a guide, by their folder in `guides`. */
const FOLDERS = { 'a repository of two': 'two-workers', 'a helper of its own': 'own-helper' } as const;

/** The folder in which the reader of each guide starts. A guide without commands has none. */
const BEFORE: Readonly<Record<string, 'a Worker' | 'set up' | keyof typeof FOLDERS>> = {
  'ci.md': 'set up',
  'custom-registrars.md': 'a helper of its own',
  'first-trace.md': 'a Worker',
  'from-local-to-langfuse.md': 'set up',
  'loom-with-claude-code.md': 'set up',
  'monorepo.md': 'a repository of two',
  'undo.md': 'a Worker',
};

const everyone = cleanups('file');
/** npm's cache of this run, without packages of earlier runs. */
let shared: string;
beforeAll(() => {
  shared = scratch();
});

const guides = await readdir(join(root, 'docs/guides'));

it('every guide with commands has a folder to start in', () => {
  const withCommands = guides.filter((guide) => readGuide(`docs/guides/${guide}`).length > 0);
  expect(withCommands.sort()).toEqual(Object.keys(BEFORE).sort());
});

describe.each(Object.entries(BEFORE))('%s', (guide, before) => {
  it('works, command by command', async () => {
    const home = scratch();
    const env = {
      ...npmEnv(),
      npm_config_registry: sharedRegistry(),
      npm_config_cache: join(shared, 'npm'),
      // npx must not ask before it fetches a package.
      npm_config_yes: 'true',
      HOME: home,
      // Variables of a developer's shell must not change the destination of traces.
      LANGFUSE_PUBLIC_KEY: undefined,
      LANGFUSE_SECRET_KEY: undefined,
      LANGFUSE_BASE_URL: undefined,
    };
    const isCopied = before === 'a Worker' || before === 'set up';
    const dir = isCopied ? await oneWorker() : await writtenFor(FOLDERS[before]);
    const session = new GuideSession(dir, home, env);
    everyone(() => session.stop());
    if (before === 'set up') {
      const init = { how: 'run', text: 'npx --yes create-something-observe init --yes --local' } as const;
      const made = await session.follow(init);
      expect(made.code, made.stdout + made.stderr).toBe(0);
      commit(dir);
    }
    for (const block of readGuide(`docs/guides/${guide}`)) {
      const { code, stdout, stderr } = await session.follow(block);
      expect(code, `${block.text}\n${stdout}\n${stderr}`).toBe(0);
    }
    await session.stop();
    // The server is observed, so the client's handshake is a trace too.
    const kept = ['initialize', 'list_stations', 'list_stations'];
    if (guide === 'first-trace.md') expect(tracesKept(dir)).toEqual(kept);
  });
});

/** Removes the dashboard's data, because `remove` keeps the database. */
function tracesKept(dir: string): string[] {
  const db = openLoom(join(dir, '.loom'));
  try {
    return db.all<{ tool: string }>('SELECT tool FROM traces').map(({ tool }) => tool);
  } finally {
    db.close();
  }
}

async function oneWorker(): Promise<string> {
  const { dir, remove } = await copyFixture('sdk-v2', { modules: 'install' });
  everyone(remove);
  commit(dir);
  return dir;
}

async function writtenFor(folder: string): Promise<string> {
  const dir = scratch();
  await cp(join(root, 'test/e2e/guides', folder), dir, { recursive: true });
  commit(dir);
  return dir;
}

function commit(dir: string): void {
  git(dir, 'init', '--quiet');
  commitAll(dir);
  git(dir, 'update-ref', 'refs/remotes/origin/main', 'HEAD');
}

function scratch(): string {
  const { dir, remove } = scratchFolder();
  everyone(remove);
  return dir;
}

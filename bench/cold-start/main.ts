import { mkdtemp, readdir, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startRegistry } from '../../test/e2e/registry/start-registry.js';
import { installedSize } from '../../test/harness/files.js';
import { npmEnv, npmPack, PUBLISHED } from '../../test/harness/npm.js';
import { mustRun } from '../../test/harness/process.js';

const ROUNDS = '5';

/** Set-up tools that people start with npx, by package and program. */
const SUBJECTS = [
  ['create-something-observe', 'create-something-observe'],
  ['sv@0.17.1', 'sv'],
  ['@sentry/wizard@8.0.0', 'sentry-wizard'],
] as const;

interface Cold {
  readonly ms: number;
  readonly packages: number;
  readonly megabytes: number;
}

/**
 * Time of the first run: `npx <tool> --version` with an empty npm cache. All packages come from one local registry,
 * which has fetched them before. So the comparison is about their size and start, not about the network.
 * @param words rounds, then the packages to compare. The default is all packages
 */
export async function main([given = ROUNDS, ...names]: readonly string[] = []): Promise<number> {
  const rounds = Number(given);
  const subjects = SUBJECTS.filter(([name]) => names.length === 0 || names.includes(name));
  const scratch = await realpath(await mkdtemp(join(tmpdir(), 'observe-cold-')));
  const registry = await startRegistry();
  try {
    await registry.publish(await npmPack(PUBLISHED, join(scratch, 'tarballs')));
    const runs = new Map<string, Cold[]>(subjects.map(([name]) => [name, []]));
    for (let round = 0; round <= rounds; round++) {
      for (const [name, program] of subjects) {
        const cold = await coldStart(name, program, registry.url, scratch);
        // The first round fills the local registry.
        if (round > 0) runs.get(name)?.push(cold);
      }
    }
    console.log(`npx with an empty cache, ${rounds} rounds in turns\n`);
    console.log('| tool | median ms | best ms | packages | unpacked MB |\n|---|---:|---:|---:|---:|');
    for (const [name, all] of runs) {
      const times = all.map(({ ms }) => ms).sort((a, b) => a - b);
      const { packages, megabytes } = all[0] as Cold;
      console.log(`| ${name} | ${times[times.length >> 1]} | ${times[0]} | ${packages} | ${megabytes} |`);
    }
    return 0;
  } finally {
    await registry.stop();
    await rm(scratch, { recursive: true, force: true, maxRetries: 5 });
  }
}

async function coldStart(name: string, program: string, registry: string, scratch: string): Promise<Cold> {
  const cache = await mkdtemp(join(scratch, 'cache-'));
  const env = {
    ...npmEnv(),
    npm_config_registry: registry,
    npm_config_cache: cache,
    npm_config_audit: 'false',
  };
  const started = performance.now();
  await mustRun('npx', ['--yes', `--package=${name}`, program, '--version'], { cwd: scratch, env });
  const ms = Math.round(performance.now() - started);
  const [folder] = await readdir(join(cache, '_npx'));
  const modules = join(cache, '_npx', folder as string, 'node_modules');
  const size = await installedSize(modules);
  await rm(cache, { recursive: true, force: true, maxRetries: 5 });
  return { ms, packages: size.packages, megabytes: Math.round(size.bytes / 1e5) / 10 };
}

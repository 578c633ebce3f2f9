import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'esbuild';
import { CANDIDATE } from '../../src/tools/candidate.js';
import { mustRun } from '../../test/harness/process.js';
import { root } from '../../test/harness/root.js';
import { preparePeers } from '../codemod/peers.js';

const ROUNDS = 3;
const SKIPPED = /(^|\/)(node_modules|dist|\.git)(\/|$)|\.d\.[cm]?ts$/;

interface Reading {
  readonly cpuMs: number;
  readonly mb: number;
  readonly found: readonly string[];
  readonly faulty: readonly (readonly [string, string])[];
}

/**
 * Compares the published parser of TypeScript with oxc. Both read the files of a folder that pass the text filter.
 * docs/decisions/0008 has the result.
 */
export async function main([folder]: readonly string[]): Promise<number> {
  if (!folder) throw new Error('Name the folder to read.');
  const scratch = await mkdtemp(join(tmpdir(), 'observe-parsers-'));
  try {
    const peers = await preparePeers();
    const compiler = join(scratch, 'compiler.cjs');
    await writeCompiler(compiler);
    const list = join(scratch, 'files.json');
    const files = await candidates(folder);
    await writeFile(list, JSON.stringify(files));
    const readings: Record<string, Reading[]> = { typescript: [], oxc: [] };
    for (let round = 0; round < ROUNDS; round++) {
      for (const [name, all] of Object.entries(readings)) {
        const args = [join(root, 'bench/parsers/read.mjs'), name, list, compiler];
        all.push(JSON.parse((await mustRun(process.execPath, args, { cwd: peers })).stdout) as Reading);
      }
    }
    console.log(
      `${files.length} files\n\n| parser | CPU ms | peak MB | nodes that are visited | faulty files |\n|---|---:|---:|---:|---:|`,
    );
    for (const [name, all] of Object.entries(readings)) {
      const [one] = all.sort((a, b) => a.cpuMs - b.cpuMs).slice(ROUNDS >> 1) as [Reading];
      console.log(`| ${name} | ${one.cpuMs} | ${one.mb} | ${nodesOf(one)} | ${one.faulty.length} |`);
    }
    const [mine, theirs] = [readings['typescript'], readings['oxc']].map((all) => new Set(all?.[0]?.found));
    if (!mine || !theirs) throw new Error('A parser was not run.');
    const differing = [...new Set([...mine, ...theirs])].filter((one) => mine.has(one) !== theirs.has(one));
    console.log(`\nDifferent in one of them: ${differing.length}.`);
    for (const one of differing) console.log(`${mine.has(one) ? 'typescript' : 'oxc'} ${one}`);
    return 0;
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

/** Each line of output ends with a count and a checksum of places. */
function nodesOf({ found }: Reading): number {
  return found.reduce((sum, line) => sum + Number(line.split(':').at(-2)), 0);
}

async function candidates(folder: string): Promise<string[]> {
  const files: string[] = [];
  for (const entry of await readdir(folder, { recursive: true })) {
    if (SKIPPED.test(entry) || !/\.[cm]?[jt]sx?$/.test(entry)) continue;
    const path = join(folder, entry);
    const { size } = await stat(path);
    if (size < 1e6 && CANDIDATE.test(await readFile(path, 'utf8'))) files.push(path);
  }
  return files;
}

async function writeCompiler(outfile: string): Promise<void> {
  const { usedCompiler } = (await import(join(root, 'scripts/compiler-subset.mjs'))) as {
    usedCompiler: import('esbuild').Plugin;
  };
  const whole = createRequire(createRequire(import.meta.url).resolve('ts-morph')).resolve(
    '@ts-morph/common/dist/typescript.js',
  );
  await build({
    entryPoints: [whole],
    outfile,
    bundle: true,
    format: 'cjs',
    platform: 'node',
    target: 'node20.19',
    minify: true,
    plugins: [usedCompiler],
    logLevel: 'warning',
  });
}

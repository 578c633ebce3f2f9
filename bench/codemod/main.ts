import { cp, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type BuildOptions, build, type Plugin } from 'esbuild';
import { root } from '../../test/harness/root.js';
import { preparePeers } from './peers.js';
import { best, type Run, runMeasured } from './run-subject.js';
import { startUp } from './start-up.js';
import { FILTER, type Subject, subjects } from './subjects.js';
import { FILES, WITH_TOOLS, writeTree } from './tree.js';

const ROUNDS = 3;

/** Compares the time of the codemod with its peers on one generated tree, in one run, with one process at a time. */
export async function main(): Promise<number> {
  const scratch = await mkdtemp(join(tmpdir(), 'observe-bench-'));
  try {
    const tree = join(scratch, 'tree');
    await writeTree(tree);
    const ours = await bundleOurs(join(scratch, 'ours'));
    const program = join(root, 'bin/create-something-observe.js');
    const all = subjects({ ours, program, peers: await preparePeers() });
    const results = new Map<Subject, Result>(all.map((subject) => [subject, { runs: [], changed: 0 }]));
    // In turns, so that the machine's load is equal for all of them.
    for (let round = 0; round < ROUNDS; round++) {
      for (const [subject, result] of results) {
        if (round === 0 || !subject.isSlow) await measure(subject, result, { tree, scratch });
      }
    }
    printResults(results);
    console.log('');
    await startUp(program);
    return 0;
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

interface Result {
  readonly runs: Run[];
  changed: number;
}

async function measure(
  subject: Subject,
  result: Result,
  { tree, scratch }: { tree: string; scratch: string },
): Promise<void> {
  const copy = join(scratch, 'copy');
  await cp(tree, copy, { recursive: true });
  const env = { BENCH_FILTER: subject.isFiltered ? FILTER : undefined, NO_COLOR: '1' };
  result.runs.push(await runMeasured([...subject.args, copy], { cwd: copy, env }));
  result.changed = await filesChanged(copy);
  await rm(copy, { recursive: true });
}

function printResults(results: ReadonlyMap<Subject, Result>): void {
  console.log(
    `${FILES} files, ${WITH_TOOLS} of them with tools; best of ${ROUNDS} (jscodeshift on all: of 1)\n`,
  );
  console.log('| subject | wall ms | CPU ms | peak MB | files changed |\n|---|---:|---:|---:|---:|');
  for (const [subject, { runs, changed }] of results) {
    const { ms, cpuMs, mb } = best(runs);
    console.log(`| ${subject.name} | ${ms} | ${cpuMs} | ${mb} | ${subject.onlyReads ? '-' : changed} |`);
  }
}

/** The number of files with a trace. All peers must have done the same work. */
async function filesChanged(dir: string): Promise<number> {
  const paths = (await readdir(dir, { recursive: true })).filter((path) => path.endsWith('.ts'));
  const texts = await Promise.all(paths.map((path) => readFile(join(dir, path), 'utf8')));
  return texts.filter((text) => text.includes('createTrace(')).length;
}

/** Like the published command line: one script, started with V8's data from the round before. */
async function bundleOurs(outdir: string): Promise<string> {
  const [{ usedCompiler }, { AS_SCRIPT, startOf }] = (await Promise.all(
    ['compiler-subset.mjs', 'start-of.mjs'].map((name) => import(join(root, 'scripts', name))),
  )) as [
    { usedCompiler: Plugin },
    { AS_SCRIPT: BuildOptions; startOf: (...words: string[]) => BuildOptions },
  ];
  await build({
    ...AS_SCRIPT,
    absWorkingDir: root,
    entryPoints: { program: 'bench/codemod/ours.ts' },
    outdir,
    bundle: true,
    minify: true,
    platform: 'node',
    target: 'node20.19',
    mainFields: ['module', 'main'],
    plugins: [usedCompiler],
    logLevel: 'warning',
  });
  await build({ ...startOf('program.cjs', 'create-something-bench', root), outdir });
  const started = join(outdir, 'ours.cjs');
  await writeFile(started, "require('./start.cjs').load('ours', { XDG_CACHE_HOME: __dirname });\n");
  return started;
}

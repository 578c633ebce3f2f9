import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { npmPack } from '../../test/harness/npm.js';
import { stopAll } from '../../test/harness/process.js';
import type { Listed } from './checkout.js';
import { type Proof, prove } from './prove.js';
import { SETTINGS, SKIPPED } from './settings.js';

const USAGE = 'npm run differential -- <folder of checkouts> <list.json> [words of a project’s name]';

/** Proves on real projects that `init` does not change a server's responses, and prints one row for each. */
export async function main(argv: readonly string[]): Promise<number> {
  const [repos, list, only] = argv;
  if (!repos || !list) {
    console.error(`Usage: ${USAGE}`);
    return 64;
  }
  const projects = (JSON.parse(readFileSync(list, 'utf8')) as Listed[]).filter(
    (listed) => nameOf(listed) in SETTINGS && (only === undefined || nameOf(listed).includes(only)),
  );
  const scratch = await mkdtemp(join(tmpdir(), 'observe-tarball-'));
  const sum = { proved: 0, clean: 0, calls: 0, traces: 0 };
  try {
    const [tarball = ''] = await npmPack(['packages/observability'], scratch);
    console.log(HEAD);
    for (const listed of projects) {
      const settings = SETTINGS[nameOf(listed)] ?? {};
      try {
        const proof = await prove(repos, listed, { settings, tarball });
        print(listed, proof);
        sum.proved += 1;
        sum.clean += proof.faults.length === 0 ? 1 : 0;
        sum.calls += proof.calls;
        sum.traces += proof.tracesRight;
      } catch (error) {
        console.log(`| ${nameOf(listed)} | did not run: ${oneLine((error as Error).message)} |`);
      }
    }
  } finally {
    await stopAll();
    await rm(scratch, { recursive: true, force: true });
  }
  console.log(
    `\n${sum.proved} projects, ${sum.calls} calls, ${sum.traces} traces; ${sum.clean} projects without an error.`,
  );
  if (only === undefined) {
    for (const [name, reason] of Object.entries(SKIPPED)) console.log(`Left out: ${name}: ${reason}.`);
  }
  return sum.proved > 0 && sum.clean === projects.length ? 0 : 1;
}

const HEAD = `| project | tools | traced | manual | list | calls | same | varying | traces | new type errors | remove |
|---|---:|---:|---:|---|---:|---:|---:|---:|---|---|`;

function nameOf({ repo, dir }: Listed): string {
  return `${repo} ${dir}`;
}

function print(listed: Listed, proof: Proof): void {
  const types = proof.types ? `${proof.types.fresh.length} (of ${proof.types.before} before)` : 'no tsconfig';
  const cells = [
    nameOf(listed),
    proof.tools,
    proof.traced,
    proof.manual,
    proof.listIsSame ? 'same bytes' : 'DIFFERS',
    proof.calls,
    proof.same,
    proof.varying,
    `${proof.tracesRight}/${proof.tracesExpected}`,
    types,
    proof.isRestored ? 'every byte' : 'DIFFERS',
  ];
  console.log(`| ${cells.join(' | ')} |`);
  for (const fault of proof.faults) console.log(`    ${oneLine(fault)}`);
}

function oneLine(text: string): string {
  return text.replace(/\s+/g, ' ').slice(0, 600);
}

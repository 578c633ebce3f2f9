// `node bench/loom/ingest.mjs <path to ccusage> [MB]`: the first import of the same transcripts with `lm ingest` and
// with ccusage: processor time, wall time and peak memory, each the best of three. There are two sets: one like Claude
// Code 2.1 writes them, with mostly outputs of tools, and one with calls and little text. Build packages/loom first;
// ccusage comes from npm (`npm i ccusage@20 @ccusage/ccusage-linux-x64@20`). Needs `/usr/bin/time` of GNU.
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { writeTranscripts } from './transcripts.mjs';

const [ccusage, size = '300'] = process.argv.slice(2);
if (!ccusage) {
  throw new Error('Name the ccusage program: node bench/loom/ingest.mjs node_modules/.bin/ccusage');
}
const LM = fileURLToPath(new URL('../../packages/loom/bin/lm.js', import.meta.url));
const REPEATS = 3;
const CALLS_PER_SESSION = 250;
/** The approximate size of one call on disk, in KB, with and without outputs of tools. */
const SETS = [
  { name: 'as written by Claude Code', kb: 12.4, talk: true },
  { name: 'calls alone', kb: 1.77, talk: false },
];

const dir = mkdtempSync(join(tmpdir(), 'loom-ingest-'));
const project = join(dir, 'project');

function bytesIn(folder) {
  return readdirSync(folder, { recursive: true })
    .map((name) => statSync(join(folder, name)))
    .reduce((sum, file) => sum + (file.isFile() ? file.size : 0), 0);
}

function measured(command, args, env) {
  const ran = spawnSync('/usr/bin/time', ['-f', '%e %U %S %M', command, ...args], {
    cwd: project,
    env: { ...process.env, HOME: dir, CODEX_HOME: join(dir, 'none'), ...env },
    encoding: 'utf8',
    maxBuffer: 1 << 28,
  });
  if (ran.status !== 0) {
    throw new Error(`${command}: ${ran.stderr}${ran.stdout}`);
  }
  const [wall, user, system, kb] = ran.stderr.trim().split('\n').at(-1).split(' ').map(Number);
  return { cpu: user + system, wall, mb: kb / 1024, stdout: ran.stdout };
}

function best(runs) {
  const least = (pick) => Math.min(...runs.map(pick));
  return { cpu: least((run) => run.cpu), wall: least((run) => run.wall), mb: least((run) => run.mb) };
}

try {
  process.stdout.write(
    '| transcripts | reader | processor, s | wall, s | peak, MB |\n|---|---|---:|---:|---:|\n',
  );
  for (const { name, kb, talk } of SETS) {
    const home = join(dir, talk ? 'talk' : 'plain');
    const calls = Math.round((Number(size) * 1000) / kb);
    const sessions = Math.ceil(calls / CALLS_PER_SESSION);
    writeTranscripts(home, project, sessions, CALLS_PER_SESSION, Date.now() - 3_600_000, { talk });
    const env = { CLAUDE_CONFIG_DIR: home };
    const [ours, theirs] = [[], []];
    for (let n = 0; n < REPEATS; n += 1) {
      rmSync(project, { recursive: true, force: true });
      mkdirSync(join(project, '.loom'), { recursive: true });
      theirs.push(measured(ccusage, ['claude', 'daily', '--json', '--offline'], env));
      ours.push(measured(process.execPath, [LM, 'ingest', '--json'], env));
      const read = JSON.parse(ours.at(-1).stdout).data.calls;
      if (read !== sessions * CALLS_PER_SESSION) {
        throw new Error(`${read} calls were read, not ${sessions * CALLS_PER_SESSION}`);
      }
    }
    const set = `${name}: ${(bytesIn(home) / 1e6).toFixed(0)} MB, ${sessions * CALLS_PER_SESSION} calls`;
    const row = (who, { cpu, wall, mb }) =>
      `| ${set} | ${who} | ${cpu.toFixed(2)} | ${wall.toFixed(2)} | ${mb.toFixed(0)} |\n`;
    process.stdout.write(row('ccusage', best(theirs)) + row('lm ingest', best(ours)));
    process.stdout.write(
      `| | | ${(best(ours).cpu / best(theirs).cpu).toFixed(1)} x | ${(best(ours).wall / best(theirs).wall).toFixed(1)} x | ${(best(ours).mb / best(theirs).mb).toFixed(2)} x |\n`,
    );
    rmSync(home, { recursive: true, force: true });
  }
} finally {
  rmSync(dir, { recursive: true, force: true });
}

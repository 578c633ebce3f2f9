// `node bench/loom/hooks.mjs`: the time that the installed hooks add to each of Claude Code's events. It runs them like
// the agent: a shell, the command, and the event on stdin. It also measures `lm statusline`. Each is compared with a
// bare `node -e 0`, measured in turns. The agent waits for the wall time; the processor time counts the command and
// what it waits for. Build packages/loom first.
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const LM = fileURLToPath(new URL('../../packages/loom/bin/lm.js', import.meta.url));
const TIMES = 20;
const dir = mkdtempSync(join(tmpdir(), 'loom-hooks-'));
const env = { ...process.env, CLAUDE_PROJECT_DIR: dir, LOOM_BACKGROUND: 'off' };
const lm = (...args) => execFileSync(process.execPath, [LM, ...args], { cwd: dir, env, encoding: 'utf8' });

function timed(command, input) {
  const ran = spawnSync('/usr/bin/time', ['-f', '%e %U %S', '/bin/sh', '-c', command], {
    cwd: dir,
    env,
    input,
    encoding: 'utf8',
  });
  const [wall, user, system] = ran.stderr.trim().split('\n').at(-1).split(' ').map(Number);
  return { wall: wall * 1000, cpu: (user + system) * 1000 };
}

const median = (values) => values.sort((a, b) => a - b)[values.length >> 1];

try {
  execFileSync('git', ['init', '-q'], { cwd: dir });
  lm('init', '--json');
  const { commands } = JSON.parse(lm('hooks', 'install', '--json')).data;
  const node = `"${process.execPath}" -e 0`;
  const cases = Object.entries(commands).map(([event, list]) => [event, list]);
  cases.push(['PreToolUse, with a budget', commands.PreToolUse, true]);
  cases.push(['lm statusline', [`"${process.execPath}" "${LM}" statusline`]]);
  process.stdout.write(
    '| event | wall, ms | processor, ms | beyond a bare node, processor |\n|---|---:|---:|---:|\n',
  );
  for (const [event, list, budget] of cases) {
    if (budget) {
      lm('budget', 'set', 'day', '1000', '--stop', '--json');
    }
    const input = JSON.stringify({ hook_event_name: event.split(',')[0], session_id: 'bench', cwd: dir });
    const [ours, bare] = [[], []];
    for (let n = 0; n < TIMES; n += 1) {
      bare.push(timed(node, input));
      const parts = list.map((command) => timed(command, input));
      ours.push({
        wall: Math.max(...parts.map(({ wall }) => wall)),
        cpu: parts.reduce((sum, { cpu }) => sum + cpu, 0),
      });
    }
    const [wall, cpu, alone] = [
      ours.map((one) => one.wall),
      ours.map((one) => one.cpu),
      bare.map((one) => one.cpu),
    ].map(median);
    process.stdout.write(
      `| ${event} | ${wall.toFixed(0)} | ${cpu.toFixed(0)} | ${(cpu - alone).toFixed(0)} |\n`,
    );
  }
} finally {
  rmSync(dir, { recursive: true, force: true, maxRetries: 5 });
}

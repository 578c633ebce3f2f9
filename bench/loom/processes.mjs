// The resources of a process, which it reports when it ends: processor time in ms, and peak memory in MB. This works on
// every system and is exact to the microsecond, unlike `time`.
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const folder = mkdtempSync(join(tmpdir(), 'loom-process-'));
const TELLS = join(folder, 'tells.cjs');
writeFileSync(
  TELLS,
  `process.on('exit', () => {
     const { userCPUTime, systemCPUTime, maxRSS } = process.resourceUsage();
     require('node:fs').writeSync(3, JSON.stringify({ cpu: (userCPUTime + systemCPUTime) / 1000, mb: maxRSS / 1024 }));
   });`,
);
process.once('exit', () => rmSync(folder, { recursive: true, force: true }));

/** Runs Node with these arguments to its end. */
export function node(args, { cwd, env, input = '', codes = [0] }) {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, ['--require', TELLS, ...args], {
      cwd,
      env,
      stdio: ['pipe', 'pipe', 'pipe', 'pipe'],
    });
    const said = ['', '', '', ''];
    for (const at of [1, 2, 3]) {
      child.stdio[at].setEncoding('utf8').on('data', (text) => {
        said[at] += text;
      });
    }
    child.stdin.on('error', () => {}).end(input);
    child.once('error', reject).once('close', (code) => {
      if (codes.includes(code)) {
        resolve({ ...JSON.parse(said[3]), stdout: said[1], code });
      } else {
        reject(new Error(`${args.join(' ')} ended with ${code}: ${said[2]}${said[1].slice(0, 2000)}`));
      }
    });
  });
}

export const median = (values) => [...values].sort((a, b) => a - b)[values.length >> 1];

import { spawn, spawnSync } from 'node:child_process';
import { stripVTControlCharacters } from 'node:util';

/** True if this machine can run a program in a terminal: `script` of util-linux. */
export const hasTerminal = spawnSync('script', ['--version']).status === 0;

export interface Session {
  readonly code: number;
  readonly screen: string;
}

/** Runs a program in a pseudo terminal. Each step waits for a text on the screen, then types its keys. */
export function onTerminal(
  command: string,
  cwd: string,
  steps: readonly (readonly [waitFor: RegExp, keys: string])[],
): Promise<Session> {
  const env = { ...process.env, TERM: 'xterm', NO_COLOR: '1' } as NodeJS.ProcessEnv;
  delete env['CI'];
  delete env['FORCE_COLOR'];
  return new Promise((resolve, reject) => {
    // Without a size, prompts wrap after every letter.
    const sized = `stty cols 120 rows 50; ${command}`;
    const child = spawn('script', ['--quiet', '--return', '--flush', '--command', sized, '/dev/null'], {
      cwd,
      env,
    });
    const left = [...steps];
    let screen = '';
    let seen = 0;
    child.stdout.on('data', (chunk: Buffer) => {
      screen += stripVTControlCharacters(chunk.toString());
      const [step] = left;
      if (!step?.[0].test(screen.slice(seen))) return;
      left.shift();
      seen = screen.length;
      child.stdin.write(step[1]);
    });
    child.on('error', reject);
    child.on('close', (code) => resolve({ code: code ?? 1, screen }));
  });
}

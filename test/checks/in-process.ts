import { vi } from 'vitest';
import { main } from '../../src/commands/main.js';

/** The output and the exit code of a command. */
interface Ended {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a command on a folder in this process: the compiler is loaded once for all tests of a file. */
export async function observeHere(command: string, dir: string, ...args: string[]): Promise<Ended> {
  const out: string[] = [];
  const err: string[] = [];
  const into = (texts: string[]) => (text: unknown) => texts.push(String(text)) > 0;
  const spies = [
    vi.spyOn(process.stdout, 'write').mockImplementation(into(out)),
    vi.spyOn(process.stderr, 'write').mockImplementation(into(err)),
  ];
  try {
    const code = await main([command, dir, ...args], '0.0.0');
    return { code, stdout: out.join(''), stderr: err.join('') };
  } finally {
    for (const spy of spies) spy.mockRestore();
  }
}

export const INIT = ['init', '--yes', '--no-install'] as const;

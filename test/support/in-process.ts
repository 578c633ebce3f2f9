import { vi } from 'vitest';
import { main } from '../../src/commands/main.js';
import type { Finished } from '../harness/process.js';

/**
 * Like `observe` of `cli.ts`, but in this process, so the compiler is loaded once for all tests of a file. Use the
 * other one to test a terminal, a signal or the bundle.
 */
export async function observe(
  args: readonly string[],
  cwd: string,
  env: Readonly<Record<string, string | undefined>> = {},
): Promise<Finished> {
  const out: string[] = [];
  const err: string[] = [];
  const into = (texts: string[]) => (text: unknown, encodingOrDone?: unknown, done?: unknown) => {
    texts.push(String(text));
    for (const callback of [encodingOrDone, done]) if (typeof callback === 'function') callback();
    return true;
  };
  const before = process.cwd();
  const listeners = [process.stdout, process.stderr].map(
    (stream) => [stream, stream.listeners('error')] as const,
  );
  const restores = [
    vi.spyOn(process.stdout, 'write').mockImplementation(into(out)),
    vi.spyOn(process.stderr, 'write').mockImplementation(into(err)),
  ];
  for (const [name, value] of Object.entries({ ...BARE, ...env })) vi.stubEnv(name, value);
  process.chdir(cwd);
  try {
    const code = await main(args, '0.0.0');
    return { code, stdout: out.join(''), stderr: err.join('') };
  } finally {
    process.chdir(before);
    vi.unstubAllEnvs();
    for (const restore of restores) restore.mockRestore();
    for (const [stream, known] of listeners) {
      for (const listener of stream.listeners('error')) {
        if (!known.includes(listener)) stream.off('error', listener as () => void);
      }
    }
  }
}

const BARE = { CI: undefined, NO_COLOR: '1', FORCE_COLOR: undefined };

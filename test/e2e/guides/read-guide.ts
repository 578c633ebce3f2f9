import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../../harness/root.js';

/**
 * A block of commands in a guide: ```sh, and behind it how a test can run it. `stays` is a program that goes on
 * running, `account` a command that reaches an account, so only its flags are checked.
 */
export interface CommandBlock {
  readonly how: 'run' | 'stays' | 'account';
  readonly text: string;
}

const HOW: Readonly<Record<string, CommandBlock['how']>> = { '': 'run', stays: 'stays', account: 'account' };

/** @throws Error for a block with an unknown mark */
export function readGuide(path: string): CommandBlock[] {
  const text = readFileSync(join(root, path), 'utf8');
  return [...text.matchAll(/^```(\S*)[ \t]*(.*)\n([\s\S]*?)^```$/gm)].flatMap(([, language, words, body]) => {
    if (language !== 'sh') return [];
    const how = HOW[words ?? ''];
    if (!how) throw new Error(`${path}: a block is marked "${words}", which no test knows how to run`);
    return [{ how, text: body ?? '' }];
  });
}

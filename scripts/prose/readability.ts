import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { flesch } from 'flesch';
import { syllable } from 'syllable';
import { passagesIn, root } from './files.js';
import { sentences } from './judge.js';

/**
 * Flesch reading ease: 206.835 - 1.015 words a sentence - 84.6 syllables a word. 60 to 70 is plain English, below 50
 * is hard. Only whole sentences count, without their code.
 */
function readingEase(file: string, text: string | undefined): string {
  if (text === undefined) return 'none';
  const all = passagesIn(file, text).flatMap((passage) => sentences(passage.text));
  const whole = all.filter((sentence) => /[.!?:]["”)]?$/.test(sentence.trim()));
  const words = whole.flatMap(
    (sentence) => sentence.replace(/\bCode\d+\b/g, ' ').match(/[A-Za-z][\w’'-]*/g) ?? [],
  );
  if (words.length === 0) return 'none';
  const ease = flesch({ sentence: whole.length, word: words.length, syllable: syllable(words.join(' ')) });
  return `${ease.toFixed(0)} (${(words.length / whole.length).toFixed(1)} words a sentence)`;
}

/** A row for each page: at a commit, and now. */
export function readabilityTable(files: readonly string[], commit: string): string {
  const rows = files.map((file) => {
    const before = readingEase(file, textAt(commit, file));
    const now = readingEase(file, readFileSync(join(root, file), 'utf8'));
    return `| \`${file}\` | ${before} | ${now} |`;
  });
  return [`| page | at ${commit} | now |`, '|---|---|---|', ...rows].join('\n');
}

function textAt(commit: string, file: string): string | undefined {
  try {
    return execFileSync('git', ['show', `${commit}:${file}`], { cwd: root, encoding: 'utf8', stdio: 'pipe' });
  } catch {
    return undefined;
  }
}

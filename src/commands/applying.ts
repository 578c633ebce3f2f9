import type { Options } from './options.js';
import type { Next } from './plan-json.js';

/** The command that writes what this one only showed. */
export function applying({ words }: Options): Next {
  const kept = words.filter((word) => !/^--(?:json|dry-run)(?:=true)?$/.test(word));
  const command = ['npx create-something-observe', ...kept.map(shellWord), '--yes'].join(' ');
  return { command, why: 'writes this change', needsHuman: false };
}

function shellWord(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}

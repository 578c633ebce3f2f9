import { createHash, randomInt } from 'node:crypto';

const BASE36 = '0123456789abcdefghijklmnopqrstuvwxyz';

function randomBase36(length: number): string {
  let text = '';
  for (let i = 0; i < length; i += 1) {
    text += BASE36[randomInt(36)];
  }
  return text;
}

/** `lm-` and 6 base-36 digits: 2.2 billion ids, short enough for a branch name. The caller checks collisions. */
export function issueId(): string {
  return `lm-${randomBase36(6)}`;
}

/** A prefix, the time in base 36 (so that ids sort by age) and 8 random digits. */
export function timedId(prefix: string, now: number): string {
  return `${prefix}-${now.toString(36).padStart(9, '0')}${randomBase36(8)}`;
}

/** The first `length` hex digits of a SHA-256: the same input always gets the same id. */
export function stableId(input: string, length: number): string {
  return createHash('sha256').update(input).digest('hex').slice(0, length);
}

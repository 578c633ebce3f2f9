import { createHash, randomInt } from 'node:crypto';
import { EXIT, LoomError } from './errors.js';

const MAX_TRIES = 20;
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

/**
 * `ses-` and 8 base-36 digits: short, because each call and tool call stores it. The caller checks
 * collisions.
 */
export function sessionId(): string {
  return `ses-${randomBase36(8)}`;
}

/** `mem-` and 8 base-36 digits. The caller checks collisions. */
export function memoryId(): string {
  return `mem-${randomBase36(8)}`;
}

/**
 * An id that `taken` does not contain. Call it under the write lock, so that it is still free when it is
 * written.
 */
export function freeId(make: () => string, taken: (id: string) => boolean): string {
  for (let tries = 0; tries < MAX_TRIES; tries += 1) {
    const id = make();
    if (!taken(id)) {
      return id;
    }
  }
  throw new LoomError('No free id was found.', 'Run the command again.', EXIT.conflict);
}

/** A prefix, the time in base 36 (so that ids sort by age) and 8 random digits. */
export function timedId(prefix: string, now: number): string {
  return `${prefix}-${now.toString(36).padStart(9, '0')}${randomBase36(8)}`;
}

/** The first `length` hex digits of a SHA-256: the same input always gets the same id. */
export function stableId(input: string, length: number): string {
  return createHash('sha256').update(input).digest('hex').slice(0, length);
}

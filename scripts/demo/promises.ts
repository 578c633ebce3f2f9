import { paint, say } from './page.js';

const broken: string[] = [];
let kept = 0;

/**
 * Counts the promises that were kept, and prints the others. With a broken promise, the demo ends with exit
 * code 1.
 */
export function promise(isKept: boolean, what: string, otherwise = ''): void {
  if (isKept) {
    kept += 1;
    return;
  }
  broken.push(what);
  say(`${paint('red', '✖')} ${what}${otherwise === '' ? '' : `: ${otherwise}`}`);
}

export function summary(): { kept: number; broken: readonly string[] } {
  return { kept, broken };
}

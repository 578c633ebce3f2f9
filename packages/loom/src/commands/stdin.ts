import { readFileSync } from 'node:fs';

/** An argument, or what stands on stdin where it is a lone dash. */
export function readText(argument: string): string {
  return argument === '-' ? readFileSync(0, 'utf8').replace(/\n$/, '') : argument;
}

import { readFileSync } from 'node:fs';

/** An argument, or stdin if the argument is a single dash. */
export function readText(argument: string): string {
  return argument === '-' ? readFileSync(0, 'utf8').replace(/\n$/, '') : argument;
}

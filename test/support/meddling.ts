import { fileURLToPath, pathToFileURL } from 'node:url';

const SCRIPT = pathToFileURL(fileURLToPath(new URL('meddle.mjs', import.meta.url))).href;

/** From call number `at`, a function of `node:fs` fails with `code`, or is interrupted by `signal`. */
export type Meddling = { readonly call: string; readonly at: number } & (
  | { readonly code: string }
  | { readonly signal: NodeJS.Signals }
);

/** Environment variables that add this fault to a Node program. */
export function meddled(how: Meddling): NodeJS.ProcessEnv {
  return { NODE_OPTIONS: `--import=${SCRIPT}`, MEDDLE: JSON.stringify(how) };
}

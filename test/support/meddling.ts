import { fileURLToPath, pathToFileURL } from 'node:url';

const SCRIPT = pathToFileURL(fileURLToPath(new URL('meddle.mjs', import.meta.url))).href;

/** From the call number `at` on, one function of `node:fs` fails with `code`, or is interrupted by `signal`. */
export type Meddling = { readonly call: string; readonly at: number } & (
  | { readonly code: string }
  | { readonly signal: NodeJS.Signals }
);

/** The environment in which a Node program is meddled with. */
export function meddled(how: Meddling): NodeJS.ProcessEnv {
  return { NODE_OPTIONS: `--import=${SCRIPT}`, MEDDLE: JSON.stringify(how) };
}

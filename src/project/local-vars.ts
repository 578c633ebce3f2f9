import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { isGitIgnored, isTracked } from './git.js';
import { isFile } from './paths.js';

/** A file that `wrangler dev` takes secrets from. Its values are never shown. */
export interface LocalVarsFile {
  readonly path: string;
  readonly text: string;
  /** Whether git would keep it out of a commit. */
  readonly ignored: boolean;
  /** Whether it is in version control already, ignored or not. */
  readonly tracked: boolean;
}

export interface LocalVars {
  readonly devVars: LocalVarsFile | undefined;
  /** Those of `.env.local` and `.env` that are there: Wrangler reads them only where there is no `.dev.vars`. */
  readonly envFiles: readonly LocalVarsFile[];
  /** The committed example of one of them that the project has, with its text. */
  readonly example: { readonly path: string; readonly text: string } | undefined;
  /** Names such as `.dev.vars.staging`: with `--env staging` Wrangler reads that one instead. */
  readonly perEnvironment: readonly string[];
  /** Whether git would keep a `.dev.vars` out of a commit. */
  readonly devVarsIgnored: boolean;
}

export function readLocalVars(dir: string): LocalVars {
  const [devVars] = present(dir, ['.dev.vars']);
  const gitignore = isFile(join(dir, '.gitignore')) ? readFileSync(join(dir, '.gitignore'), 'utf8') : '';
  return {
    devVars,
    envFiles: present(dir, ['.env.local', '.env']),
    example: exampleIn(dir),
    perEnvironment: readdirSync(dir).filter((name) => /^\.dev\.vars\.(?!example$)/.test(name)),
    devVarsIgnored: isGitIgnored(dir, '.dev.vars') ?? namesDevVars(gitignore),
  };
}

function present(dir: string, names: readonly string[]): LocalVarsFile[] {
  return names
    .filter((name) => isFile(join(dir, name)))
    .map((path) => ({
      path,
      text: readFileSync(join(dir, path), 'utf8'),
      ignored: isGitIgnored(dir, path) ?? false,
      tracked: isTracked(dir, path),
    }));
}

function exampleIn(dir: string): LocalVars['example'] {
  const path = ['.dev.vars.example', '.env.example'].find((name) => isFile(join(dir, name)));
  return path === undefined ? undefined : { path, text: readFileSync(join(dir, path), 'utf8') };
}

/** Without git to ask: the patterns that Cloudflare's own templates write. */
function namesDevVars(gitignore: string): boolean {
  return /^\/?\.dev\.vars\*?\s*$/m.test(gitignore);
}

import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { isGitIgnored, isTracked } from './git.js';

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
    example: present(dir, ['.dev.vars.example', '.env.example'])[0],
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

/** A folder named `.env` is a Python environment. */
function isFile(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isFile() ?? false;
}

/** Without git to ask: the patterns that Cloudflare's own templates write. */
function namesDevVars(gitignore: string): boolean {
  return /^\/?\.dev\.vars\*?\s*$/m.test(gitignore);
}

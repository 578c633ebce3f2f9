import { join } from 'node:path';
import type { Disk } from './disk.js';
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

export function readLocalVars(dir: string, disk: Disk): LocalVars {
  const [devVars] = present(dir, ['.dev.vars'], disk);
  const gitignore = disk.isFile(join(dir, '.gitignore')) ? disk.text(join(dir, '.gitignore')) : '';
  let devVarsIgnored: boolean | undefined;
  return {
    devVars,
    envFiles: present(dir, ['.env.local', '.env'], disk),
    example: exampleIn(dir, disk),
    perEnvironment: disk
      .entries(dir)
      .map(({ name }) => name)
      .filter((name) => /^\.dev\.vars\.(?!example$)/.test(name)),
    // Git is a process of its own, and only a plan that writes keys needs it.
    get devVarsIgnored() {
      devVarsIgnored ??= isGitIgnored(dir, '.dev.vars', disk) ?? namesDevVars(gitignore);
      return devVarsIgnored;
    },
  };
}

function present(dir: string, names: readonly string[], disk: Disk): LocalVarsFile[] {
  return names
    .filter((name) => disk.isFile(join(dir, name)))
    .map((path) => ({
      path,
      text: disk.text(join(dir, path)),
      ignored: isGitIgnored(dir, path, disk) ?? false,
      tracked: isTracked(dir, path, disk),
    }));
}

function exampleIn(dir: string, disk: Disk): LocalVars['example'] {
  const path = ['.dev.vars.example', '.env.example'].find((name) => disk.isFile(join(dir, name)));
  return path === undefined ? undefined : { path, text: disk.text(join(dir, path)) };
}

/** Without git to ask: the patterns that Cloudflare's own templates write. */
function namesDevVars(gitignore: string): boolean {
  return /^\/?\.dev\.vars\*?\s*$/m.test(gitignore);
}

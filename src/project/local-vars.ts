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
  /**
   * The existing files among `.env.local` and `.env`. Wrangler reads them only if there is no `.dev.vars`.
   */
  readonly envFiles: readonly LocalVarsFile[];
  /** The project's committed example of one of them, with its text. */
  readonly example: { readonly path: string; readonly text: string } | undefined;
  /** Files such as `.dev.vars.staging`. With `--env staging`, Wrangler reads that file instead. */
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
    // Git takes time to start, and only a plan that writes keys needs the answer.
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

/** Without git: recognises the patterns in Cloudflare's own templates. */
function namesDevVars(gitignore: string): boolean {
  return /^\/?\.dev\.vars\*?\s*$/m.test(gitignore);
}

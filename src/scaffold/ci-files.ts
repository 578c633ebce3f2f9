import { posix, relative } from 'node:path';
import { UsageError } from '../core/errors.js';
import { type Finding, finding } from '../core/findings.js';
import type { Assets } from '../project/assets.js';
import type { PackageManagerName } from '../project/package-manager.js';
import { slashed } from '../project/paths.js';
import type { ProjectSnapshot } from '../project/snapshot.js';
import type { CiService } from './ci-services.js';
import { OBSERVE_PACKAGE } from './package-json.js';
import { render } from './render.js';

/** The file of GitLab's pipeline, and the files that the pipeline should include. */
const PIPELINE = '.gitlab-ci.yml';
const GITLAB_JOBS = '.gitlab/ci/observe*.yml';

/**
 * The CI job that runs `check` on this project, as files by path from its folder. Each Worker has its own
 * file, at the top of the repository.
 * @throws UsageError if a path would need quoting in a workflow, or if the project has no command to run
 */
export function planCi(
  project: ProjectSnapshot,
  assets: Assets,
  { ci: service, hasCommand }: { readonly ci?: CiService | undefined; readonly hasCommand: boolean },
): { files: Record<string, string>; findings: Finding[] } {
  if (service === undefined) return { files: {}, findings: [] };
  if (!hasCommand) throw noCommand();
  const dir = slashed(relative(project.root, project.dir));
  const fromTop = (path: string) => posix.join(posix.relative(dir, '.'), path);
  const job = dir === '' ? 'observe' : `observe-${dir.replaceAll('/', '-')}`;
  const check = checkCommand(project, dir);
  const install = installCommand(project);
  if (service === 'github') {
    const workflow = render(assets.template('ci/github.yml.hbs'), {
      check: check('sarif', 'observe.sarif'),
      install,
      job,
    });
    return { files: { [fromTop(`.github/workflows/${job}.yml`)]: workflow }, findings: [] };
  }
  const report = `${job}.xml`;
  const values = { check: check('junit', report), install, job, report };
  const files = {
    [fromTop(`.gitlab/ci/${job}.yml`)]: render(assets.template('ci/gitlab-job.yml.hbs'), values),
  };
  const pipeline = project.text(fromTop(PIPELINE));
  const own = render(assets.template('ci/gitlab-ci.yml.hbs'), { jobs: GITLAB_JOBS });
  if (pipeline === undefined) return { files: { ...files, [fromTop(PIPELINE)]: own }, findings: [] };
  const isIncluded = pipeline.includes('.gitlab/ci/');
  return { files, findings: isIncluded ? [] : [notIncluded(fromTop(PIPELINE), own)] };
}

/** Runs `check` as a dependency of the project. A job must not run whatever has this name in the registry. */
function checkCommand(project: ProjectSnapshot, dir: string): (format: string, report: string) => string {
  const { name, isYarnClassic } = project.packageManager;
  const config = project.configIsNamed && project.config ? project.config.path : undefined;
  const run = name === 'yarn' && !isYarnClassic ? 'npx --yes corepack yarn' : 'npx --no-install';
  const words = [run, OBSERVE_PACKAGE, 'check'];
  if (config !== undefined) words.push('--config', requireShellSafe(config));
  return (format, report) => {
    const check = [...words, '--format', format].join(' ');
    return dir === '' ? `${check} > ${report}` : `(cd ${requireShellSafe(dir)} && ${check}) > ${report}`;
  };
}

/** The install command for CI, which fails if the lockfile is out of date. */
const FROZEN: Readonly<Record<PackageManagerName, string>> = {
  npm: 'npm ci',
  pnpm: 'npx --yes corepack pnpm install --frozen-lockfile',
  yarn: 'npx --yes corepack yarn install --immutable',
  bun: 'npx --yes bun install --frozen-lockfile',
};

function installCommand({ packageManager, root }: ProjectSnapshot): string {
  const { name, isYarnClassic } = packageManager;
  const install = isYarnClassic ? FROZEN.yarn.replace('--immutable', '--frozen-lockfile') : FROZEN[name];
  const where = slashed(relative(root, packageManager.root));
  return where === '' ? install : `cd ${requireShellSafe(where)} && ${install}`;
}

/** The path is a word in a shell command, in a YAML value that may contain expressions of the service. */
function requireShellSafe(path: string): string {
  if (/^[\w.@+][\w.@+/-]*$/.test(path)) return path;
  throw new UsageError(
    `"${path}" has characters that need quoting in a CI job.`,
    'Write the job by hand: docs/guides/ci.md shows it. Nothing was changed.',
  );
}

function noCommand(): UsageError {
  return new UsageError(
    'A CI job runs the command line from the project, and this set-up does not install it there.',
    'Run init with --packages and a folder that also has its tarball. Nothing was changed.',
  );
}

function notIncluded(file: string, include: string): Finding {
  return finding({
    rule: 'ci/job-not-included',
    file,
    line: 1,
    message: `The pipeline in ${PIPELINE} does not include the job that init wrote.`,
    fix: `Add this to it, or add the line to its include:\n${include.trimEnd()}`,
  });
}

import { posix, relative } from 'node:path';
import { UsageError } from '../core/errors.js';
import { type Finding, finding } from '../core/findings.js';
import type { Assets } from '../project/assets.js';
import { slashed } from '../project/paths.js';
import type { ProjectSnapshot } from '../project/snapshot.js';
import type { CiService } from './ci-services.js';
import { render } from './render.js';

/** Where GitLab looks for a pipeline, and which files that pipeline is to take in. */
const PIPELINE = '.gitlab-ci.yml';
const GITLAB_JOBS = '.gitlab/ci/observe*.yml';

/**
 * A CI job that runs `check` on this project, as files by path from its folder. They stand at the top
 * of the repository, one for each Worker.
 * @throws UsageError where a path can't stand in a workflow as it is
 */
export function planCi(
  project: ProjectSnapshot,
  assets: Assets,
  service: CiService | undefined,
): { files: Record<string, string>; findings: Finding[] } {
  if (service === undefined) return { files: {}, findings: [] };
  const dir = slashed(relative(project.root, project.dir));
  const fromTop = (path: string) => posix.join(posix.relative(dir, '.'), path);
  const job = dir === '' ? 'observe' : `observe-${dir.replaceAll('/', '-')}`;
  const command = checkCommand(project, dir, assets.version);
  if (service === 'github') {
    const workflow = render(assets.template('ci/github.yml.hbs'), { command, job });
    return { files: { [fromTop(`.github/workflows/${job}.yml`)]: workflow }, findings: [] };
  }
  const values = { command, job, report: `${job}.xml` };
  const files = {
    [fromTop(`.gitlab/ci/${job}.yml`)]: render(assets.template('ci/gitlab-job.yml.hbs'), values),
  };
  const pipeline = project.text(fromTop(PIPELINE));
  const own = render(assets.template('ci/gitlab-ci.yml.hbs'), { jobs: GITLAB_JOBS });
  if (pipeline === undefined) return { files: { ...files, [fromTop(PIPELINE)]: own }, findings: [] };
  const isIncluded = pipeline.includes('.gitlab/ci/');
  return { files, findings: isIncluded ? [] : [notIncluded(fromTop(PIPELINE), own)] };
}

/** The major version alone, so that the job need not change with every release. */
function checkCommand(project: ProjectSnapshot, dir: string, version: string): string {
  const config = project.configIsNamed && project.config ? project.config.path : undefined;
  const [major] = version.split('.');
  const words = ['npx', '--yes', `create-something-observe@${major}`, 'check'];
  if (dir !== '') words.push(harmless(dir));
  if (config !== undefined) words.push('--config', harmless(config));
  return words.join(' ');
}

/** A path is a word for a shell, inside a YAML value, inside the service's own expressions. */
function harmless(path: string): string {
  if (/^[\w.@+][\w.@+/-]*$/.test(path)) return path;
  throw new UsageError(
    `"${path}" has characters that a CI job would have to quote.`,
    'Write the job by hand: docs/guides/ci.md shows it. Nothing was changed.',
  );
}

function notIncluded(file: string, include: string): Finding {
  return finding({
    rule: 'ci/job-not-included',
    file,
    line: 1,
    message: `The pipeline in ${PIPELINE} does not take in the job that was written.`,
    fix: `Add this to it; where it has an include already, add the line to that:\n${include.trimEnd()}`,
  });
}

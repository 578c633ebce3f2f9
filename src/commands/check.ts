import { join, posix, relative } from 'node:path';
import { type Score, scoreOf, withoutKnown } from '../checks/baseline.js';
import { examine } from '../checks/examine.js';
import { recordedSettings } from '../checks/settings.js';
import { EXIT } from '../core/error-codes.js';
import type { Finding } from '../core/findings.js';
import { INIT, ONLY_INSIDE, type Plan, type PlannedTool } from '../core/plan.js';
import { isFixable, rulePage } from '../core/rules.js';
import type { InitIntent } from '../plan/intent.js';
import { type Assets, readAssets } from '../project/assets.js';
import type { Disk } from '../project/disk.js';
import { changedSince } from '../project/git.js';
import { slashed } from '../project/paths.js';
import type { ProjectSnapshot } from '../project/snapshot.js';
import { githubAnnotations } from '../reports/github.js';
import { junit } from '../reports/junit.js';
import { type Report, reportOf } from '../reports/report.js';
import { sarif } from '../reports/sarif.js';
import { knownFindings } from './baseline.js';
import { carryOut } from './carry-out.js';
import type { Format } from './flag-values.js';
import { installCommand } from './install.js';
import { intentsOf, perProject } from './intent.js';
import { laidOut, textsToKeep } from './lay-out-plan.js';
import type { Options } from './options.js';
import { type Done, type Next, planJson } from './plan-json.js';
import { isSetUp, showCounts, showFindings, withoutKnownInfo } from './show.js';
import type { Terminal } from './terminal.js';
import { openWorkers, planWorkers, type Workers } from './workers.js';

/** `check`: reports the plan of `init` as findings. It writes nothing without `--fix`. */
export async function check(options: Options, terminal: Terminal, disk: Disk): Promise<number> {
  const assets = readAssets();
  const opened = await openWorkers(options, terminal, { preferSetUp: true, disk });
  const isAskedFor = filterOf(opened, options.since);
  const intentOf = intentsOf(options, assets.version);
  const workers = options.fix ? await fixed(opened, assets, intentOf, options, terminal) : opened;
  const { plan } = await examined(workers, assets, intentOf, options);
  const known =
    options.baseline === undefined
      ? []
      : await knownFindings(options.baseline, workers, { options, terminal }, async (then) => {
          const before = await examined(then, assets, intentOf, options);
          return before.plan.findings;
        });
  const since = withoutKnown(plan.findings, known);
  const findings = since.fresh.filter(isAskedFor);
  const score = scoreOf(plan);

  const dir = slashed(relative(workers.root, workers.base)) || '.';
  const done = { applied: workers !== opened, next: nextOf(findings), score, isSetUp: isSetUp(workers) };
  print(
    options.format,
    { ...plan, findings },
    {
      report: reportOf(findings, dir, { version: assets.version, page: (id) => assets.page(rulePage(id)) }),
      done,
    },
    terminal,
  );
  if (options.baseline !== undefined) showScore(score, since.known, terminal);
  return verdict(plan, findings, options, terminal);
}

const REPORTS: Readonly<Record<Exclude<Format, 'pretty' | 'json'>, (report: Report) => string>> = {
  sarif,
  github: githubAnnotations,
  junit,
};

/** The command that fixes the findings, if there is one. */
function nextOf(findings: readonly Finding[]): Next[] {
  const errors = findings.filter(({ level }) => level === 'error');
  const next: Next[] = [];
  if (errors.some(({ resolution }) => resolution === 'planned')) {
    next.push({ command: `${INIT} --yes`, why: 'sets up what is missing', needsHuman: false });
  }
  if (errors.some(({ resolution }) => resolution !== 'planned')) {
    next.push({ command: null, why: 'some findings need a manual fix', needsHuman: true });
  }
  return next;
}

function print(
  format: Format,
  plan: Plan,
  { report, done }: { report: Report; done: Done & { score: Score; isSetUp: boolean } },
  terminal: Terminal,
): void {
  // Annotations are already in the log. The other formats go into files, so the log stays readable.
  if (format !== 'json' && format !== 'github')
    showFindings(withoutKnownInfo(plan.findings, done.isSetUp), terminal);
  if (format === 'pretty') return;
  const text = format === 'json' ? planJson(plan, done) : REPORTS[format](report);
  if (text !== '') terminal.print(text);
}

/** The score of a project that has a baseline. */
function showScore({ traced, handlers, percent }: Score, known: number, terminal: Terminal): void {
  const score = percent === null ? 'no tools, resources or prompts to trace' : `${percent} of 100`;
  terminal.say(
    `Score: ${score} (${traced} of ${handlers} traced); ${counted(known, 'finding')} known from the baseline.`,
  );
}

function verdict(
  plan: Plan,
  findings: readonly Finding[],
  { since, baseline, maxWarnings = Number.POSITIVE_INFINITY }: Options,
  terminal: Terminal,
): number {
  const errors = findings.filter(({ level }) => level === 'error').length;
  const warnings = findings.filter(({ level }) => level === 'warning').length;
  const aside = warnings === 0 ? '' : `, ${counted(warnings, 'warning')}`;
  if (errors > 0) {
    terminal.say(`${terminal.paint('red', '✖')} ${counted(errors, 'error')}${aside}.`);
    return EXIT.findings;
  }
  if (warnings > maxWarnings) {
    terminal.say(
      `${terminal.paint('red', '✖')} ${counted(warnings, 'warning')}, more than --max-warnings ${maxWarnings} allows.`,
    );
    return EXIT.findings;
  }
  const handlers = plan.workers.flatMap((worker) => worker.tools);
  const tools = handlers.filter(({ status }) => status === 'traced');
  const left = handlers.filter(({ status }) => status === 'manual').length;
  if (tools.length === 0 && left > 0) {
    const sign = terminal.paint('yellow', '▲');
    terminal.say(`${sign} No tool is traced yet: ${left} left for manual tracing${aside}.`);
    return EXIT.ok;
  }
  const changed = since === undefined ? 'All set up' : `No findings in the files that changed since ${since}`;
  const scope = baseline === undefined ? changed : `No new findings since the baseline ${baseline}`;
  terminal.say(`${terminal.paint('green', '✔')} ${scope}: ${counted(tools.length, 'tool')} traced${aside}.`);
  for (const { name, file, line, reason } of handlers.filter(isInner))
    terminal.say(terminal.paint('dim', `  ${name} (${file}:${line}) is not a tool: ${reason}.`));
  return EXIT.ok;
}

function isInner({ status, reason }: PlannedTool): boolean {
  return status === 'ignored' && reason?.startsWith(ONLY_INSIDE) === true;
}

function counted(count: number, thing: string): string {
  return `${count} ${thing}${count === 1 ? '' : 's'}`;
}

/** @throws UsageError if git does not know the commit */
function filterOf({ root, base, disk }: Workers, since: string | undefined): (finding: Finding) => boolean {
  if (since === undefined) return () => true;
  const changed = changedSince(root, since, disk);
  return ({ file }) => changed.has(slashed(relative(root, join(base, file))));
}

/** The plan with all findings of `check`, and the files in which a fixable finding was silenced. */
async function examined(
  workers: Workers,
  assets: Assets,
  intentOf: (project: ProjectSnapshot) => InitIntent,
  { rules }: Options,
): Promise<{ plan: Plan; silenced: Set<string> }> {
  const silenced = new Set<string>();
  const plan = await planWorkers(workers, assets, intentOf, {
    examined: (one, { project, dir }) => {
      const { layers } = intentOf(project);
      const settings = { ...recordedSettings(project), ...rules };
      const result = examine(one, project, { layers, settings });
      for (const { file, rule } of result.silenced) if (isFixable(rule)) silenced.add(posix.join(dir, file));
      return { ...one, findings: result.findings };
    },
  });
  return { plan, silenced };
}

/** Applies the safe fixes: an explicit `false` and files with keys are kept. */
async function fixed(
  workers: Workers,
  assets: Assets,
  intentOf: (project: ProjectSnapshot) => InitIntent,
  options: Options,
  terminal: Terminal,
): Promise<Workers> {
  const unattended = perProject((project) => ({ ...intentOf(project), unattended: true }));
  const { plan: found, silenced } = await examined(workers, assets, unattended, options);
  // If all fixable findings are silenced, nothing is fixed.
  for (const { file, rule } of found.findings) if (isFixable(rule)) silenced.delete(file);
  const proposal = await planWorkers(workers, assets, unattended, { skipFiles: silenced });
  const { plan, layouts } = await laidOut(workers, proposal, (layouts) =>
    planWorkers(workers, assets, unattended, { skipFiles: silenced, layouts }),
  );
  const changes = plan.changes.filter((change) => change.purpose !== 'secrets');
  if (changes.length === 0) return workers;
  const { findings, toInstall } = await carryOut(
    workers,
    { ...plan, changes },
    { install: false, wantsTraces: false, keep: textsToKeep(plan, layouts) },
    terminal,
  );
  showFindings(findings, terminal);
  showCounts({ ...plan, changes }, terminal);
  for (const manager of toInstall) terminal.say(`Next: ${installCommand(manager)}`);
  return workers.after(changes)();
}

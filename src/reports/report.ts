import { posix } from 'node:path';
import type { Finding } from '../core/findings.js';
import type { RuleId } from '../core/rules.js';

/** Result of `check`, for formats that other programs read. */
export interface Report {
  /** `file` is relative to the top of the repository, as services that show findings expect. */
  readonly findings: readonly Finding[];
  /** The folder that was checked, relative to the top of the repository; `.` for the top itself. */
  readonly dir: string;
  /** Version of create-something-observe. */
  readonly version: string;
  /** The page of a rule, as Markdown. */
  page(rule: RuleId): string;
}

/** Findings whose files are relative to `dir`, as a report has them. */
export function reportOf(
  findings: readonly Finding[],
  dir: string,
  { version, page }: Pick<Report, 'version' | 'page'>,
): Report {
  const atTop = findings.map((finding) => ({ ...finding, file: posix.join(dir, finding.file) }));
  return { findings: atTop, dir, version, page };
}

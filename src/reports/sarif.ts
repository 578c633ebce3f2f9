import { createHash } from 'node:crypto';
import type { Finding } from '../core/findings.js';
import { type Level, RULE_IDS, RULES, type RuleId } from '../core/rules.js';
import type { Report } from './report.js';

const SCHEMA = 'https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json';

const SARIF_LEVEL: Readonly<Record<Level, string>> = { error: 'error', warning: 'warning', info: 'note' };

/** The symbol for the top of the repository in code scanning. */
const TOP = '%SRCROOT%';

/** The report as a SARIF 2.1.0 log, with the fields that GitHub code scanning reads. */
export function sarif({ findings, dir, version, page }: Report): string {
  const log = {
    $schema: SCHEMA,
    version: '2.1.0',
    runs: [
      {
        tool: {
          driver: {
            name: 'create-something-observe',
            semanticVersion: version,
            rules: RULE_IDS.map((id) => ruleOf(id, page(id))),
          },
        },
        // One category for each folder, so that the runs of several Workers do not close each other's alerts.
        automationDetails: { id: dir === '.' ? 'observe/' : `observe/${dir}/` },
        originalUriBaseIds: { [TOP]: { description: { text: 'The top of the repository.' } } },
        columnKind: 'utf16CodeUnits',
        results: resultsOf(findings),
      },
    ],
  };
  return JSON.stringify(log, null, 2);
}

/** The text of the page and not a link, which would only work for a published version. */
function ruleOf(id: RuleId, page: string) {
  const { level, title } = RULES[id];
  const help = page.replace(/^# .*\n+/, '').trimEnd();
  return {
    id,
    shortDescription: { text: title },
    fullDescription: { text: `${title}.` },
    help: { text: help, markdown: help },
    defaultConfiguration: { level: SARIF_LEVEL[level] },
    properties: { tags: ['observability'] },
  };
}

function resultsOf(findings: readonly Finding[]) {
  const seen = new Map<string, number>();
  return findings.map((finding) => {
    const { rule, level, file, line, message, fix } = finding;
    const sameBefore = seen.get(identity(finding)) ?? 0;
    seen.set(identity(finding), sameBefore + 1);
    return {
      ruleId: rule,
      ruleIndex: RULE_IDS.indexOf(rule),
      level: SARIF_LEVEL[level],
      message: { text: `${message}\n${fix}` },
      locations: [{ physicalLocation: { artifactLocation: artifact(file), region: { startLine: line } } }],
      // Not `primaryLocationLineHash`, because GitHub's upload computes it and warns about any other value.
      partialFingerprints: { 'observeFinding/v1': `${hash(identity(finding))}:${sameBefore + 1}` },
    };
  });
}

/** Fingerprint of a finding that does not depend on line numbers. */
function identity({ rule, file, message }: Finding): string {
  return JSON.stringify([rule, file, message]);
}

function hash(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 16);
}

/** A file outside the repository has no path from its top. */
function artifact(file: string) {
  const uri = file.split('/').map(encodeURIComponent).join('/');
  return file.startsWith('../') ? { uri } : { uri, uriBaseId: TOP };
}

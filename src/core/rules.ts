export const LEVELS = ['info', 'warning', 'error'] as const;
export type Level = (typeof LEVELS)[number];

interface Rule {
  /** What a finding has when nobody asked for another; some findings of a rule weigh less than this. */
  readonly level: Level;
  /** The rule as a statement of what is wrong, for lists of rules. */
  readonly title: string;
  /** Whether `check --fix` mends what it finds. */
  readonly fixable?: true;
}

/**
 * Every rule that a finding can name; each has a page in `docs/rules/`. Ids are `<room>/<what>` and
 * stable: records, ignore comments and other people's dashboards hold them.
 */
export const RULES = {
  'check/ignore-unused': { level: 'warning', title: 'An ignore comment silences nothing' },
  'check/ignore-without-reason': { level: 'error', title: 'An ignore comment gives no reason' },
  'ci/job-not-included': { level: 'warning', title: 'The GitLab job is not part of the pipeline' },
  'langfuse/also-instrumented': { level: 'info', title: 'Another tracing library is at work here too' },
  'langfuse/file-unreadable': { level: 'info', title: 'A file that does not parse was left out' },
  'langfuse/model-call-unobserved': { level: 'error', title: 'Model calls are not recorded', fixable: true },
  'langfuse/model-call-unseen': { level: 'info', title: 'A model call has to be recorded by hand' },
  'langfuse/no-tools': { level: 'error', title: 'An MCP server in which no tool is traced' },
  'langfuse/registrar-unused': { level: 'warning', title: 'No tool is given to a named registrar' },
  'langfuse/registration-patched': { level: 'info', title: 'Tool registration is replaced in this file' },
  'langfuse/retired-client': { level: 'warning', title: 'Code uses the retired langfuse v3 client' },
  'langfuse/server-from-package': { level: 'info', title: 'The MCP server is made by a package' },
  'langfuse/server-unobserved': {
    level: 'error',
    title: 'Requests that reach no handler are not recorded',
    fixable: true,
  },
  'langfuse/tool-manual': { level: 'warning', title: 'A tool has to be traced by hand' },
  'langfuse/tool-untraced': { level: 'error', title: 'A tool opens no trace', fixable: true },
  'loom/file-missing': { level: 'error', title: 'A file of Loom is missing or out of date', fixable: true },
  'loom/schema-drifted': { level: 'error', title: "Loom's schema was edited" },
  'package/not-in-clone': { level: 'warning', title: 'A package of ours comes from this machine alone' },
  'package/dependency-missing': {
    level: 'error',
    title: 'package.json lacks what the set-up needs',
    fixable: true,
  },
  'project/not-in-clone': { level: 'error', title: 'A clone would not have a file of the set-up' },
  'project/plans-conflict': { level: 'error', title: 'Two Workers need different changes in one file' },
  'project/package-manager-differs': { level: 'info', title: 'packageManager and lockfile disagree' },
  'project/several-lockfiles': { level: 'info', title: 'There are lockfiles of several package managers' },
  'project/shared-code': { level: 'info', title: 'The change reaches code that others use' },
  'project/stray-lockfile': { level: 'info', title: 'A lockfile inside a workspace is passed over' },
  'remove/file-kept': { level: 'warning', title: 'remove left a file as it is' },
  'runtime/vendored-copy-stale': {
    level: 'error',
    title: 'The vendored runtime is missing or out of date',
    fixable: true,
  },
  'scaffold/file-edited': { level: 'warning', title: 'A generated file was edited' },
  'scaffold/file-missing': {
    level: 'error',
    title: 'A file or an entry of the set-up is missing',
    fixable: true,
  },
  'secrets/keys-stay': { level: 'warning', title: 'Langfuse keys are there already, so --local left them' },
  'secrets/local-file-committed': { level: 'warning', title: 'The file for local keys is not git-ignored' },
  'secrets/no-local-file': { level: 'warning', title: 'There is no file yet that --local could fill in' },
  'wrangler/config-example': { level: 'info', title: 'Only a template of the Wrangler config is there' },
  'wrangler/config-shadowed': { level: 'warning', title: 'Wrangler passes over one of several configs' },
  'wrangler/destination-missing': {
    level: 'error',
    title: 'Traces are not sent to a destination that was asked for',
    fixable: true,
  },
  'wrangler/env-not-importable': { level: 'warning', title: 'A flag hides the keys from the runtime' },
  'wrangler/invalid-before': { level: 'warning', title: 'Wrangler refused the config before the change' },
  'wrangler/new-style-config': { level: 'warning', title: 'A config that is code has to be edited by hand' },
  'wrangler/nodejs-compat-off': { level: 'info', title: 'The Worker runs without nodejs_compat' },
  'wrangler/not-editable': { level: 'error', title: 'The config has to be edited by hand' },
  'wrangler/observability-disabled': { level: 'error', title: 'Observability is switched off by hand' },
  'wrangler/observability-invalid': { level: 'error', title: 'Wrangler refuses the observability block' },
  'wrangler/pages': { level: 'warning', title: 'Pages projects have no observability block' },
  'wrangler/process-env-empty': { level: 'info', title: 'process.env is empty at this date' },
  'wrangler/proof-failed': { level: 'error', title: 'Wrangler read the change in another way' },
  'wrangler/redaction-unknown': { level: 'info', title: 'Wrangler does not know redact_query_string' },
  'wrangler/redirect-broken': { level: 'error', title: 'Deploys are redirected to a missing config' },
  'wrangler/redirect-elsewhere': { level: 'error', title: 'Deploys are redirected from another folder' },
  'wrangler/redirected': { level: 'info', title: 'Deploys use a config that a build makes' },
  'wrangler/required-secrets': {
    level: 'error',
    title: 'secrets.required does not name the keys',
    fixable: true,
  },
  'wrangler/sampling-invalid': { level: 'error', title: 'A sampling rate is not a number from 0 to 1' },
  'wrangler/sampling-kept': { level: 'info', title: 'The sampling rate of the config was kept' },
  'wrangler/sampling-unset': { level: 'info', title: 'Every request is traced' },
  'wrangler/sampling-zero': { level: 'warning', title: 'The sampling rate is 0' },
  'wrangler/secret-in-vars': { level: 'error', title: 'A key stands in vars' },
  'wrangler/span-volume': { level: 'info', title: 'What the spans of this Worker cost' },
  'wrangler/traces-disabled': { level: 'error', title: 'Traces are switched off by hand' },
  'wrangler/traces-missing': { level: 'error', title: 'Cloudflare records no traces', fixable: true },
  'wrangler/traces-off': { level: 'warning', title: 'Wrangler reads the config with traces off' },
  'wrangler/tracing-misspelled': { level: 'warning', title: 'observability.tracing is not a key' },
  'wrangler/wrangler-too-old': { level: 'warning', title: 'Wrangler does not know traces' },
} as const satisfies Readonly<Record<string, Rule>>;

export type RuleId = keyof typeof RULES;

export const RULE_IDS = Object.keys(RULES) as RuleId[];

/** What a rule can be set to. */
export const SETTINGS = ['off', ...LEVELS] as const;
export type Setting = (typeof SETTINGS)[number];

export type RuleSettings = Readonly<Partial<Record<RuleId, Setting>>>;

export function isRuleId(text: string): text is RuleId {
  return Object.hasOwn(RULES, text);
}

export function isSetting(value: unknown): value is Setting {
  return (SETTINGS as readonly unknown[]).includes(value);
}

export function isFixable(id: RuleId): boolean {
  const rule: Rule = RULES[id];
  return rule.fixable === true;
}

/** A rule's page, relative to the root of our package. */
export function rulePage(id: RuleId): string {
  return `docs/rules/${id}.md`;
}

import type { CommandSpec } from './spec.js';

// biome-ignore lint/suspicious/noExplicitAny: each command knows its own arguments; the table holds them all.
type AnySpec = CommandSpec<any>;

export interface Leaf {
  readonly usage: string;
  readonly describe: string;
  /** Loads the command's module. Other commands and --help do not load it. */
  readonly load: () => Promise<AnySpec>;
}

export interface Group {
  readonly usage: string;
  readonly describe: string;
  readonly commands: readonly Leaf[];
}

/** The words that call a command: a group's own command is called by the group's name. */
export function commandName(usage: string, group = ''): string {
  const [name = ''] = usage.split(' ');
  return `${group} ${name === '$0' ? '' : name}`.trim();
}

const leaf = (usage: string, describe: string, load: () => Promise<AnySpec>): Leaf => ({
  usage,
  describe,
  load,
});
const group = (usage: string, describe: string, commands: readonly Leaf[]): Group => ({
  usage,
  describe,
  commands,
});

export const COMMANDS: readonly (Leaf | Group)[] = [
  leaf('init', 'Create .loom/ here, with its database', async () => (await import('./init.js')).init),
  leaf(
    'doctor',
    'Check SQLite, the folder, the database and the keys',
    async () => (await import('./doctor.js')).doctor,
  ),

  leaf('create <title>', 'Add an issue', async () => (await import('./create.js')).create),
  leaf('ready', 'List issues that can be started', async () => (await import('./ready.js')).ready),
  leaf('list', 'List open issues', async () => (await import('./list.js')).list),
  leaf('mine', 'List open issues that you claimed', async () => (await import('./mine.js')).mine),
  leaf('show <id>', 'Show an issue: history, blockers, cost', async () => (await import('./show.js')).show),
  leaf(
    'claim <id>',
    'Claim an issue, so that no one else can',
    async () => (await import('./claim.js')).claim,
  ),
  leaf(
    'start <id>',
    'Claim an issue and start a session on it',
    async () => (await import('./start.js')).start,
  ),
  leaf('release <id>', 'Release an issue, or reopen it', async () => (await import('./release.js')).release),
  leaf('done <id>', 'Complete an issue', async () => (await import('./done.js')).done),
  leaf(
    'cancel <id>',
    'Close an issue that will not be done',
    async () => (await import('./cancel.js')).cancel,
  ),
  leaf(
    'edit <id>',
    'Change an issue; in $EDITOR without flags',
    async () => (await import('./edit.js')).edit,
  ),
  leaf('comment <id> <text>', 'Add a comment', async () => (await import('./comment.js')).comment),
  leaf(
    'search <words..>',
    'Search the texts and comments of issues',
    async () => (await import('./search.js')).search,
  ),
  leaf('reopen <id>', 'Reopen a closed or deleted issue', async () => (await import('./reopen.js')).reopen),
  leaf(
    'delete <id>',
    'Hide an issue; --hard deletes it permanently',
    async () => (await import('./delete.js')).deleteCommand,
  ),
  leaf('dup <id> <of>', 'Close an issue as a duplicate', async () => (await import('./dup.js')).dup),
  leaf('link <id> <other>', 'Link two issues', async () => (await import('./link.js')).link),
  leaf('unlink <id> <other>', 'Remove a link', async () => (await import('./link.js')).unlink),
  leaf(
    'tree [id]',
    'Show issues with their parts and blockers',
    async () => (await import('./tree.js')).tree,
  ),
  leaf('stats', 'Count issues by state', async () => (await import('./stats.js')).stats),
  leaf('stale', 'List open issues without recent activity', async () => (await import('./stale.js')).stale),
  leaf('block <id> [by]', 'Block an issue', async () => (await import('./block.js')).block),
  leaf('unblock <id> [by]', 'Unblock an issue', async () => (await import('./unblock.js')).unblock),

  group('session', 'Agent sessions', [
    leaf('start', 'Start a session', async () => (await import('./session-start.js')).sessionStart),
    leaf('end [session]', 'End a session', async () => (await import('./session-end.js')).sessionEnd),
    leaf('pause [session]', 'Pause a session', async () => (await import('./session-pause.js')).sessionPause),
    leaf(
      'resume <session>',
      'Continue a session',
      async () => (await import('./session-resume.js')).sessionResume,
    ),
    leaf(
      'handoff <to>',
      'Assign its issue to another agent, with a checkpoint',
      async () => (await import('./handoff.js')).sessionHandoff,
    ),
    leaf(
      'tag [session]',
      'Add Atlas terms to a session',
      async () => (await import('./session-tag.js')).sessionTag,
    ),
    leaf(
      'current',
      'Show the current session',
      async () => (await import('./session-current.js')).sessionCurrent,
    ),
    leaf(
      'show <session>',
      'Show turns, files and cost of a session',
      async () => (await import('./session-show.js')).sessionShow,
    ),
    leaf('list', 'List the latest sessions', async () => (await import('./session-list.js')).sessionList),
  ]),
  leaf(
    'checkpoint <summary>',
    'Save the state of the work',
    async () => (await import('./checkpoint.js')).checkpoint,
  ),
  leaf(
    'prime',
    'Print what an agent should know when it starts',
    async () => (await import('./prime.js')).prime,
  ),
  leaf(
    'remember <text>',
    'Save a short note for later sessions',
    async () => (await import('./remember.js')).remember,
  ),
  leaf('recall [words..]', 'Find notes', async () => (await import('./remember.js')).recall),
  leaf('forget <id>', 'Remove a note', async () => (await import('./remember.js')).forget),
  leaf(
    'setup <agent>',
    'Set up Loom for an agent: hooks and instructions; --remove undoes it',
    async () => (await import('./setup.js')).setup,
  ),
  leaf(
    'recover',
    'Find sessions that ended unexpectedly, with their last checkpoint',
    async () => (await import('./recover.js')).recover,
  ),

  group('route', 'Recommend an agent and a model for an issue, and check the outcomes', [
    leaf(
      '$0 <id>',
      'Recommend an agent and a model for an issue',
      async () => (await import('./route.js')).route,
    ),
    leaf(
      'explain <decision>',
      'Show the forecast for each candidate',
      async () => (await import('./route-explain.js')).routeExplain,
    ),
    leaf('record', 'Record a decision', async () => (await import('./route-record.js')).routeRecord),
    leaf(
      'outcome <decision>',
      'Record the outcome of a decision',
      async () => (await import('./route-outcome.js')).routeOutcome,
    ),
    leaf(
      'report',
      'Compare forecasts with outcomes: Brier score, regret',
      async () => (await import('./route-report.js')).routeReport,
    ),
  ]),
  leaf('agents [agent]', 'List agents and their outcomes', async () => (await import('./agents.js')).agents),
  group('formula', 'Templates for several dependent issues', [
    leaf('list', 'List all formulas', async () => (await import('./formula.js')).formulaList),
    leaf(
      'show <name>',
      'Show a formula with its steps',
      async () => (await import('./formula.js')).formulaShow,
    ),
    leaf('run <name>', 'Create its issues', async () => (await import('./formula.js')).formulaRun),
  ]),
  leaf(
    'cost',
    'Show cost by issue, model, agent, branch, day, week, month, 5-hour block, session or Atlas term',
    async () => (await import('./cost.js')).cost,
  ),
  leaf('top', 'Show running sessions and their cost, live', async () => (await import('./top.js')).top),
  leaf(
    'statusline',
    'Print one line for Claude Code: issue, cost, budget, context',
    async () => (await import('./statusline.js')).statusline,
  ),
  group('budget', 'Spending limits', [
    leaf('set <scope> <amount>', 'Set a budget', async () => (await import('./budget-set.js')).budgetSet),
    leaf('remove <scope>', 'Remove a budget', async () => (await import('./budget-remove.js')).budgetRemove),
    leaf(
      'status',
      'Show what is spent, what is left, and a forecast',
      async () => (await import('./budget-status.js')).budgetStatusCommand,
    ),
  ]),

  leaf('traces', 'List requests of MCP servers', async () => (await import('./traces.js')).traces),
  leaf(
    'trace <trace>',
    'Show one request with all recorded data',
    async () => (await import('./trace.js')).trace,
  ),
  leaf(
    'tools',
    'List tools, resources and prompts: calls, errors, latency',
    async () => (await import('./tools.js')).tools,
  ),
  leaf(
    'decode',
    'Read stored spans again with the mappings of this version',
    async () => (await import('./decode.js')).decode,
  ),
  leaf('mask [file]', 'Show what the mask finds in a text', async () => (await import('./mask.js')).mask),
  leaf('errors', 'List failures, grouped by cause', async () => (await import('./errors.js')).errors),
  leaf(
    'mcp-sessions [session]',
    'List sessions of MCP clients',
    async () => (await import('./mcp-sessions.js')).mcpSessions,
  ),

  group('rules', 'Alert thresholds for MCP servers', [
    leaf('add <when>', 'Add a rule', async () => (await import('./rules.js')).rulesAdd),
    leaf('list', 'List all rules', async () => (await import('./rules.js')).rulesList),
    leaf('remove <rule>', 'Remove a rule', async () => (await import('./rules.js')).rulesRemove),
    leaf(
      'check',
      'Check the rules; exit with 1 if one fires',
      async () => (await import('./rules.js')).rulesCheck,
    ),
  ]),

  leaf(
    'ingest',
    'Import transcripts of Claude Code, Codex and other agents',
    async () => (await import('./ingest.js')).ingest,
  ),
  group('hooks', 'Record Claude Code sessions of this project automatically', [
    leaf(
      'install',
      'Add the hooks to Claude Code’s settings',
      async () => (await import('./hooks-install.js')).hooksInstall,
    ),
    leaf('uninstall', 'Remove the hooks', async () => (await import('./hooks-uninstall.js')).hooksUninstall),
  ]),
  leaf(
    'hook',
    'Handle a hook event from stdin (used by the hooks)',
    async () => (await import('./hook.js')).hook,
  ),
  leaf(
    'audit',
    'Compare the records with the transcripts, and list each difference',
    async () => (await import('./audit.js')).audit,
  ),
  leaf(
    'prices [model]',
    'Show prices of models and their source; `update` fetches newer tables',
    async () => (await import('./prices.js')).prices,
  ),
  group('import', 'Import data of another tool', [
    leaf(
      'beads [file]',
      'Beads: issues from its JSONL',
      async () => (await import('./import-beads.js')).importBeads,
    ),
    leaf(
      'lm-rust [dir]',
      'The earlier Loom: work.db, memory.db and agents.db',
      async () => (await import('./import-lm-rust.js')).importLmRust,
    ),
    leaf(
      'agentic <file>',
      'The agentic executor: an export of its D1 tables',
      async () => (await import('./import-agentic.js')).importAgentic,
    ),
  ]),
  leaf('export', 'Export all records as JSON lines', async () => (await import('./export.js')).exportCommand),
  leaf(
    'git-sync',
    'Share with a team through files in git',
    async () => (await import('./git-sync.js')).gitSync,
  ),
  group('remote', 'Share Loom with a team through a Cloudflare D1 database', [
    leaf('push', 'Send local changes', async () => (await import('./remote.js')).remotePush),
    leaf('pull', 'Get changes of others', async () => (await import('./remote.js')).remotePull),
    leaf('sync', 'Pull, then push', async () => (await import('./remote.js')).remoteSync),
    leaf(
      'log',
      'Show changes of others, and overwritten edits',
      async () => (await import('./remote.js')).remoteLogCommand,
    ),
  ]),
  leaf(
    'deploy',
    "Deploy the receiver and the dashboard to the team's Cloudflare account",
    async () => (await import('./deploy.js')).deploy,
  ),
  group('keys', "Keys for writing to and reading from the team's server", [
    leaf(
      'add <name>',
      'Create a key; its secret is shown once',
      async () => (await import('./keys.js')).keysAdd,
    ),
    leaf('list', 'List all keys', async () => (await import('./keys.js')).keysList),
    leaf('revoke <id>', 'Revoke a key', async () => (await import('./keys.js')).keysRevoke),
    leaf(
      'log',
      'Show created and revoked keys, and sign-ins',
      async () => (await import('./keys.js')).keysLog,
    ),
  ]),
  leaf('mcp', 'Serve Loom to agents as an MCP server over stdio', async () => (await import('./mcp.js')).mcp),
  leaf('sync', 'Send records to Langfuse', async () => (await import('./sync.js')).sync),
  leaf(
    'dashboard',
    'Receive traces and show everything in the browser',
    async () => (await import('./dashboard.js')).dashboard,
  ),
  leaf(
    'receiver',
    'Receive traces on this machine and print them',
    async () => (await import('./receiver.js')).receiver,
  ),
];

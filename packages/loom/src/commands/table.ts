import type { CommandSpec } from './spec.js';

// biome-ignore lint/suspicious/noExplicitAny: each command knows its own arguments; the table holds them all.
type AnySpec = CommandSpec<any>;

export interface Leaf {
  readonly usage: string;
  readonly describe: string;
  /** Loads the command's module; nothing of it is loaded for any other command or for --help. */
  readonly load: () => Promise<AnySpec>;
}

export interface Group {
  readonly usage: string;
  readonly describe: string;
  readonly commands: readonly Leaf[];
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
  leaf('init', 'Make .loom/ here, with its database', async () => (await import('./init.js')).init),
  leaf(
    'doctor',
    'Check SQLite, the folder, the database and the keys',
    async () => (await import('./doctor.js')).doctor,
  ),

  leaf('create <title>', 'Add an issue', async () => (await import('./create.js')).create),
  leaf('ready', 'Issues that can be started', async () => (await import('./ready.js')).ready),
  leaf('list', 'Open issues', async () => (await import('./list.js')).list),
  leaf('mine', 'Open issues that you have', async () => (await import('./mine.js')).mine),
  leaf('show <id>', 'One issue: history, blockers, cost', async () => (await import('./show.js')).show),
  leaf('claim <id>', 'Take an issue; only one can', async () => (await import('./claim.js')).claim),
  leaf('start <id>', 'Take an issue and run a session on it', async () => (await import('./start.js')).start),
  leaf(
    'release <id>',
    'Give an issue back, or reopen it',
    async () => (await import('./release.js')).release,
  ),
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
    'Find issues by their texts and comments',
    async () => (await import('./search.js')).search,
  ),
  leaf(
    'reopen <id>',
    'Open a closed or deleted issue again',
    async () => (await import('./reopen.js')).reopen,
  ),
  leaf(
    'delete <id>',
    'Hide an issue; --hard removes it for good',
    async () => (await import('./delete.js')).deleteCommand,
  ),
  leaf('dup <id> <of>', 'Close an issue as a duplicate', async () => (await import('./dup.js')).dup),
  leaf('link <id> <other>', 'Link two issues', async () => (await import('./link.js')).link),
  leaf('unlink <id> <other>', 'Remove a link', async () => (await import('./link.js')).unlink),
  leaf('tree [id]', 'Issues with their parts and blockers', async () => (await import('./tree.js')).tree),
  leaf('stats', 'How many issues, in which state', async () => (await import('./stats.js')).stats),
  leaf('stale', 'Open issues without recent activity', async () => (await import('./stale.js')).stale),
  leaf('block <id> [by]', 'Let an issue wait', async () => (await import('./block.js')).block),
  leaf('unblock <id> [by]', 'Let it wait no longer', async () => (await import('./unblock.js')).unblock),

  group('session', 'Agent sessions', [
    leaf('start', 'Start a session', async () => (await import('./session-start.js')).sessionStart),
    leaf('end [session]', 'End it', async () => (await import('./session-end.js')).sessionEnd),
    leaf('pause [session]', 'Pause it', async () => (await import('./session-pause.js')).sessionPause),
    leaf(
      'resume <session>',
      'Go on with it',
      async () => (await import('./session-resume.js')).sessionResume,
    ),
    leaf(
      'handoff <to>',
      'Give its issue to another, with the checkpoint',
      async () => (await import('./handoff.js')).sessionHandoff,
    ),
    leaf('tag [session]', 'Give it Atlas terms', async () => (await import('./session-tag.js')).sessionTag),
    leaf(
      'current',
      'The one that runs here',
      async () => (await import('./session-current.js')).sessionCurrent,
    ),
    leaf('show <session>', 'Turns, files, cost', async () => (await import('./session-show.js')).sessionShow),
    leaf('list', 'The latest', async () => (await import('./session-list.js')).sessionList),
  ]),
  leaf(
    'checkpoint <summary>',
    'Save the state of the work',
    async () => (await import('./checkpoint.js')).checkpoint,
  ),
  leaf('prime', 'What an agent should know at its start', async () => (await import('./prime.js')).prime),
  leaf(
    'remember <text>',
    'Keep a short note for later sessions',
    async () => (await import('./remember.js')).remember,
  ),
  leaf('recall [words..]', 'Find notes', async () => (await import('./remember.js')).recall),
  leaf('forget <id>', 'Remove a note', async () => (await import('./remember.js')).forget),
  leaf(
    'setup <agent>',
    'Let an agent use Loom: hooks and instructions; --remove undoes it',
    async () => (await import('./setup.js')).setup,
  ),
  leaf(
    'recover',
    'Find sessions that died, and where they had got to',
    async () => (await import('./recover.js')).recover,
  ),

  group('route', 'Which agent and model to give an issue to, and whether that was right', [
    leaf('$0 <id>', 'Recommend agent and model for an issue', async () => (await import('./route.js')).route),
    leaf(
      'explain <decision>',
      'What was expected of each candidate',
      async () => (await import('./route-explain.js')).routeExplain,
    ),
    leaf('record', 'Record a decision', async () => (await import('./route-record.js')).routeRecord),
    leaf(
      'outcome <decision>',
      'Record what came of it',
      async () => (await import('./route-outcome.js')).routeOutcome,
    ),
    leaf(
      'report',
      'Confidence against success, Brier score, regret',
      async () => (await import('./route-report.js')).routeReport,
    ),
  ]),
  leaf(
    'agents [agent]',
    'Who works here, and how it turned out',
    async () => (await import('./agents.js')).agents,
  ),
  group('formula', 'Templates of several issues that wait for one another', [
    leaf('list', 'All of them', async () => (await import('./formula.js')).formulaList),
    leaf('show <name>', 'One with its steps', async () => (await import('./formula.js')).formulaShow),
    leaf('run <name>', 'Make its issues', async () => (await import('./formula.js')).formulaRun),
  ]),
  leaf(
    'cost',
    'What it cost, by issue, model, agent, branch, day, week, month, 5-hour block, session or Atlas term',
    async () => (await import('./cost.js')).cost,
  ),
  leaf('top', 'Running sessions and what they cost, live', async () => (await import('./top.js')).top),
  leaf(
    'statusline',
    'One line for Claude Code: issue, cost, budget, context',
    async () => (await import('./statusline.js')).statusline,
  ),
  group('budget', 'Limits on what may be spent', [
    leaf('set <scope> <amount>', 'Set one', async () => (await import('./budget-set.js')).budgetSet),
    leaf('remove <scope>', 'Remove one', async () => (await import('./budget-remove.js')).budgetRemove),
    leaf(
      'status',
      'Spent, left, forecast',
      async () => (await import('./budget-status.js')).budgetStatusCommand,
    ),
  ]),

  leaf('traces', 'What MCP servers were asked', async () => (await import('./traces.js')).traces),
  leaf(
    'trace <trace>',
    'One request with all that is recorded',
    async () => (await import('./trace.js')).trace,
  ),
  leaf(
    'tools',
    'Tools, resources and prompts: calls, errors, latency',
    async () => (await import('./tools.js')).tools,
  ),
  leaf(
    'decode',
    'Read stored spans again, by the mappings of this version',
    async () => (await import('./decode.js')).decode,
  ),
  leaf('mask [file]', 'Show what the mask removes from a text', async () => (await import('./mask.js')).mask),
  leaf('errors', 'Failures, grouped by cause', async () => (await import('./errors.js')).errors),
  leaf(
    'mcp-sessions [session]',
    'Sessions of MCP clients',
    async () => (await import('./mcp-sessions.js')).mcpSessions,
  ),

  group('rules', 'Thresholds on what MCP servers do', [
    leaf('add <when>', 'Add one', async () => (await import('./rules.js')).rulesAdd),
    leaf('list', 'All of them', async () => (await import('./rules.js')).rulesList),
    leaf('remove <rule>', 'Remove one', async () => (await import('./rules.js')).rulesRemove),
    leaf('check', 'Exit with 1 if one fires', async () => (await import('./rules.js')).rulesCheck),
  ]),

  leaf(
    'ingest',
    'Read the transcripts of Claude Code and Codex',
    async () => (await import('./ingest.js')).ingest,
  ),
  group('hooks', 'Let Claude Code record its sessions here by itself', [
    leaf(
      'install',
      'Add the hooks to its settings',
      async () => (await import('./hooks-install.js')).hooksInstall,
    ),
    leaf('uninstall', 'Remove them', async () => (await import('./hooks-uninstall.js')).hooksUninstall),
  ]),
  leaf('hook', 'What the hooks run: takes an event from stdin', async () => (await import('./hook.js')).hook),
  leaf(
    'audit',
    'Hold what is recorded against the transcripts, and name each difference',
    async () => (await import('./audit.js')).audit,
  ),
  leaf(
    'prices [model]',
    'Prices of models, and their source; `update` fetches newer tables',
    async () => (await import('./prices.js')).prices,
  ),
  group('import', 'Take in what another tool has recorded', [
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
  leaf(
    'export',
    'Write all records as lines of JSON',
    async () => (await import('./export.js')).exportCommand,
  ),
  leaf(
    'git-sync',
    'Share with a team through files that git carries',
    async () => (await import('./git-sync.js')).gitSync,
  ),
  group('remote', 'Share Loom with a team through a Cloudflare D1 database', [
    leaf('push', 'Send what has changed', async () => (await import('./remote.js')).remotePush),
    leaf('pull', 'Take what others have pushed', async () => (await import('./remote.js')).remotePull),
    leaf('sync', 'Pull, then push', async () => (await import('./remote.js')).remoteSync),
    leaf(
      'log',
      'What others changed here, and which edits lost',
      async () => (await import('./remote.js')).remoteLogCommand,
    ),
  ]),
  leaf(
    'deploy',
    "Put receiver and dashboard on the team's Cloudflare account",
    async () => (await import('./deploy.js')).deploy,
  ),
  group('keys', "Who may write to the team's server, and who may read it", [
    leaf('add <name>', 'Make one; its secret is shown once', async () => (await import('./keys.js')).keysAdd),
    leaf('list', 'All of them', async () => (await import('./keys.js')).keysList),
    leaf('revoke <id>', 'Refuse one from now on', async () => (await import('./keys.js')).keysRevoke),
    leaf('log', 'Keys made and revoked, and who signed in', async () => (await import('./keys.js')).keysLog),
  ]),
  leaf('mcp', 'Serve Loom to agents as an MCP server on stdio', async () => (await import('./mcp.js')).mcp),
  leaf('sync', 'Send what is recorded to Langfuse', async () => (await import('./sync.js')).sync),
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

/** Words behind the command's name, and what they do. */
export type Example = readonly [words: string, what: string];

/** Examples for the help of each command, by its name; those of a group's own command have the group's name. */
export const EXAMPLES: Readonly<Record<string, readonly Example[]>> = {
  init: [['', 'create .loom/ in this folder']],
  doctor: [
    ['', 'check everything that Loom needs'],
    ['--fix', 'apply the safe fixes'],
  ],

  create: [
    ['"Refund fails for old orders"', 'add an issue'],
    ['"Refund fails" --type bug -p 1 --label api', 'with type, priority and label'],
    ['"Write the tests" --parent lm-4f2k9x', 'as a part of another issue'],
  ],
  ready: [['--limit 5', 'the five most urgent issues without blockers']],
  list: [
    ['', 'open issues'],
    ['--status blocked --label api', 'blocked issues with this label'],
  ],
  mine: [['', 'issues that you claimed']],
  show: [
    ['lm-4f2k9x', 'one issue'],
    ['lm-4f2k9x --full', 'with all of its history'],
  ],
  claim: [
    ['lm-4f2k9x', 'claim it for yourself'],
    ['lm-4f2k9x --as codex', 'claim it for an agent'],
  ],
  start: [
    ['lm-4f2k9x', 'claim it and start a session'],
    ['lm-4f2k9x --route', 'and record a model choice'],
  ],
  release: [['lm-4f2k9x --reason "needs a decision"', 'release it']],
  done: [['lm-4f2k9x --evidence "npm test passes"', 'complete it, with proof']],
  cancel: [['lm-4f2k9x --reason "no longer needed"', 'close it']],
  edit: [
    ['lm-4f2k9x', 'open it in $EDITOR'],
    ['lm-4f2k9x -p 0 --add-label urgent', 'change two fields'],
  ],
  comment: [['lm-4f2k9x "Reproduced on staging"', 'add a comment']],
  search: [['refund order', 'issues with both words']],
  reopen: [['lm-4f2k9x --reason "still fails"', 'open it again']],
  delete: [
    ['lm-4f2k9x', 'hide it'],
    ['lm-4f2k9x --hard', 'delete it permanently'],
  ],
  dup: [['lm-4f2k9x lm-a81m3q', 'close the first as a duplicate of the second']],
  link: [['lm-4f2k9x lm-a81m3q --kind blocks', 'the first waits for the second']],
  unlink: [['lm-4f2k9x lm-a81m3q', 'remove the link']],
  tree: [
    ['', 'all open issues'],
    ['lm-4f2k9x --all', 'one issue, with its closed parts'],
  ],
  stats: [['', 'count issues by state']],
  stale: [['--days 14', 'open issues without activity for two weeks']],
  block: [
    ['lm-4f2k9x lm-a81m3q', 'the first waits for the second'],
    ['lm-4f2k9x --reason "waits for the vendor"', 'it waits for something else'],
  ],
  unblock: [['lm-4f2k9x', 'it does not wait any more']],

  'session start': [['--agent codex --issue lm-4f2k9x --budget 5', 'with an issue and a limit of $5']],
  'session end': [['--status complete', 'end the current session']],
  'session pause': [['', 'pause the current session']],
  'session resume': [['ses-1a2b3c4d', 'continue it']],
  'session handoff': [['codex -m "API done, tests missing"', 'assign the issue to Codex']],
  'session tag': [['--task generate', 'tag the current session']],
  'session current': [['--json', 'the current session, for a script']],
  'session show': [['ses-1a2b3c4d', 'one session']],
  'session list': [['--open', 'sessions that have not ended']],
  checkpoint: [['"API done, tests missing"', 'save the state of the work']],
  prime: [
    ['', 'what an agent should know now'],
    ['--issue lm-4f2k9x', 'for one issue'],
  ],
  remember: [['"Tests need Redis" --kind gotcha', 'save a note']],
  recall: [
    ['redis', 'notes with this word'],
    ['', 'all notes'],
  ],
  forget: [['mem-3f9a2c1b', 'remove a note']],
  setup: [
    ['claude', 'record the sessions of Claude Code'],
    ['codex --dry-run', 'show the change only'],
    ['claude --remove', 'undo it, byte for byte'],
  ],
  recover: [
    ['', 'sessions that ended unexpectedly'],
    ['--release', 'and release their issues'],
  ],

  route: [
    ['lm-4f2k9x', 'recommend an agent and a model'],
    ['lm-4f2k9x --strategy cheapest --max-cost 2', 'the cheapest one, below $2'],
  ],
  'route explain': [['rte-1a2b3c4d', 'the forecast for each candidate']],
  'route record': [['--model claude-sonnet-4-5 --confidence 0.8', 'record your own choice']],
  'route outcome': [['rte-1a2b3c4d --success', 'the choice was good enough']],
  'route report': [['--by model --since 30d', 'by model, over 30 days']],
  agents: [
    ['', 'all agents'],
    ['codex', 'one agent'],
  ],
  'formula list': [['', 'all formulas']],
  'formula show': [['release', 'one formula with its steps']],
  'formula run': [['release --var version=2.1', 'create its issues']],
  cost: [
    ['--by model --since 7d', 'by model, over seven days'],
    ['--by issue --json', 'by issue, for a script'],
    ['--all-projects', 'everything on this machine'],
  ],
  top: [
    ['', 'until Ctrl-C'],
    ['--once', 'print once'],
  ],
  statusline: [['', 'reads the JSON of Claude Code from stdin']],
  'budget set': [
    ['session 5 --stop', 'stop each session at $5'],
    ['agent 20 --for codex', 'warn at $20 a day for one agent'],
  ],
  'budget remove': [['session', 'remove that limit']],
  'budget status': [['', 'spent and left']],

  traces: [
    ['--since 1h --status error', 'failures of the last hour'],
    ['--follow', 'new traces as they arrive'],
    ['--since 5m --fail-on "errors>0"', 'for CI: exits with 1 if one failed, or none came'],
  ],
  trace: [['7f3a', 'one trace, by the start of its id']],
  tools: [
    ['--since 7d', 'over seven days'],
    ['--fail-on "p95>2s"', 'for CI'],
  ],
  decode: [['', 'after an upgrade']],
  mask: [['notes.txt', 'what the mask finds in a file']],
  errors: [['--since 24h --tool refund', 'of one tool, over a day']],
  'mcp-sessions': [
    ['', 'the latest sessions'],
    ['3f9a2c', 'one session, call by call'],
  ],

  'rules add': [['"error rate of refund > 5% for 10m"', 'add a threshold']],
  'rules list': [['', 'all rules']],
  'rules remove': [['rule-1a2b', 'remove a rule']],
  'rules check': [['--strict', 'for cron: exits with 1 if a rule fires, or nothing was recorded']],

  ingest: [
    ['', 'sessions of this project'],
    ['--all-projects', 'all sessions on this machine'],
    ['--result=-', 'a result of `claude -p --output-format json`, from stdin'],
  ],
  'hooks install': [
    ['', 'for this project'],
    ['--dry-run', 'show the change only'],
  ],
  'hooks uninstall': [['', 'remove the hooks']],
  hook: [['', 'reads the event from stdin']],
  audit: [
    ['', 'this project'],
    ['--all-projects', 'everything on this machine'],
  ],
  prices: [
    ['claude-sonnet-4-5', 'the prices of a model'],
    ['update', 'get newer tables'],
  ],
  'import beads': [['.beads/issues.jsonl', 'copy or update issues']],
  'import lm-rust': [['', 'the earlier Loom in this folder']],
  'import agentic': [['agentic.sql', 'an export of its database']],
  export: [
    ['-o loom.ndjson', 'all records'],
    ['--beads -o issues.jsonl', 'issues, for Beads'],
    ['--traces otlp --since 7d', 'traces, for another backend'],
  ],
  'git-sync': [['', 'read the changes of the team, and write yours']],
  'remote push': [['', 'send local changes']],
  'remote pull': [['', 'get changes of others']],
  'remote sync': [['', 'pull, then push']],
  'remote log': [['--limit 20', 'the latest changes of others']],
  deploy: [
    ['--dry-run', 'show the files only'],
    ['', 'show them, ask, and write them'],
    ['--check', 'report what is missing'],
  ],
  'keys add': [['shop --kind ingest --service shop', 'a key that writes traces of one MCP server']],
  'keys list': [['', 'all keys']],
  'keys revoke': [['key-1a2b3c', 'revoke a key']],
  'keys log': [['--limit 20', 'the latest events']],
  mcp: [['', 'agents start it themselves: claude mcp add loom -- npx lm mcp']],
  sync: [
    ['--dry-run', 'show what would be sent'],
    ['--traces', 'also send traces'],
    ['--verify', 'compare a sample with what arrived'],
  ],
  dashboard: [
    ['', 'receive traces and print the address to open'],
    ['--open', 'and open it in the browser'],
    ['--settings', 'what programs need to send traces here'],
    ['--out report.html', 'one file that needs no server'],
  ],
  receiver: [
    ['', 'print traces until Ctrl-C'],
    ['--json', 'one JSON document per trace'],
  ],
};

/** Examples for the help of the program. */
const FIRST_STEPS = ['dashboard', 'traces', 'setup', 'create', 'cost'];

/**
 * Examples for the help of one command, or of several: then the first of each. A command stays on one line, so that
 * you can copy it. On a narrow screen, its explanation is on the next line.
 */
export function examplesText(names: readonly string[] = FIRST_STEPS, columns = 80): string {
  const most = names.length > 1 ? 1 : undefined;
  const examples = names.flatMap((name) =>
    (EXAMPLES[name] ?? [])
      .slice(0, most)
      .map(([words, what]) => [`lm ${name} ${words}`.trimEnd(), what] as const),
  );
  const width = Math.max(...examples.map(([command]) => command.length));
  const rows = examples.map(([command, what]) => `  ${command.padEnd(width)}  ${what}`);
  const fits = rows.every((row) => row.length <= columns);
  const lines = fits ? rows : examples.map(([command, what]) => `  ${command}\n      ${what}`);
  return ['Examples:', ...lines].join('\n');
}

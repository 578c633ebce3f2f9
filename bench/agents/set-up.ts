import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { hashFiles } from '../../test/harness/files.js';
import { run } from '../../test/harness/process.js';
import { PORTS, Script } from './script.js';
import { startStub } from './stub.js';

/** One row of the table: the check, its result, and the details. */
export type Row = readonly [what: string, right: boolean, seen: string];

/** Milliseconds for a conversation. */
const PATIENCE = 240_000;

/** The agents, how each is started, and if it reviews a plan file before it writes. */
const AGENTS = {
  claude: {
    words: [
      '-p',
      'Set up tracing here.',
      '--output-format',
      'json',
      '--permission-mode',
      'bypassPermissions',
    ],
    reviews: false,
  },
  codex: {
    words: ['exec', '--dangerously-bypass-approvals-and-sandbox', 'Set up tracing here.'],
    reviews: true,
  },
} as const;
export type Agent = keyof typeof AGENTS;

/**
 * A real agent sets up a Worker with the recipe that `init` prints, checks the first trace, and undoes the set-up. The
 * stub only runs the commands of our own output, in their order.
 */
export async function setUpByRecipe(bin: string, agent: Agent): Promise<Row[]> {
  const taken = (await Promise.all(PORTS.map(isTaken))).filter((port) => port !== undefined);
  if (taken.length > 0) return [['set up by the recipe', false, `ports in use: ${taken.join(', ')}`]];
  const home = mkdtempSync(join(tmpdir(), 'observe-agent-'));
  const dir = copyOfFixture(home);
  const script = new Script(home, AGENTS[agent].reviews);
  const stub = await startStub();
  stub.script = (result) => script.next(result);
  try {
    mkdirSync(join(home, '.codex'));
    writeFileSync(join(home, '.codex/config.toml'), codexConfig(stub.url));
    const before = await hashesOf(dir);
    const ended = await run(join(bin, agent), AGENTS[agent].words, {
      cwd: dir,
      env: {
        ...environment(home),
        ANTHROPIC_BASE_URL: stub.url,
        ANTHROPIC_API_KEY: 'stub',
        STUB_KEY: 'stub',
      },
      timeoutMs: PATIENCE,
    });
    const after = await hashesOf(dir);
    const left = [...new Set([...before.keys(), ...after.keys()])].filter(
      (path) => before.get(path) !== after.get(path),
    );
    return [
      ['it ended by itself', ended.code === 0, `exit code ${ended.code}`],
      ...script.done.map(({ command, exit }): Row => [`\`${command}\``, exit === '0', `exit code ${exit}`]),
      ['every step of the recipe was run', script.isOver, `${script.done.length} commands`],
      ['a trace of the tool was recorded', script.traced !== undefined, script.traced ?? 'none'],
      ['every file is restored', left.length === 0, left.join(', ') || 'every byte is as it was'],
    ];
  } finally {
    script.stop();
    await stub.close();
    rmSync(home, { recursive: true, force: true });
  }
}

function environment(home: string): NodeJS.ProcessEnv {
  const { PATH } = process.env;
  return {
    PATH,
    HOME: home,
    AI_AGENT: undefined,
    CI: undefined,
    IS_SANDBOX: '1',
    DISABLE_AUTOUPDATER: '1',
    CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: '1',
    WRANGLER_SEND_METRICS: 'false',
    npm_config_offline: 'true',
  };
}

/** A Worker with the packages of this repository installed. */
function copyOfFixture(home: string): string {
  const dir = join(home, 'field-notes');
  cpSync(resolve('fixtures/workers/demo'), dir, { recursive: true });
  rmSync(join(dir, 'node_modules'), { recursive: true, force: true });
  rmSync(join(dir, '.wrangler'), { recursive: true, force: true });
  symlinkSync(resolve('node_modules'), join(dir, 'node_modules'), 'junction');
  writeFileSync(join(dir, 'call.mjs'), CLIENT);
  writeFileSync(join(dir, '.gitignore'), 'node_modules\n.wrangler\n.dev.vars\n');
  mkdirSync(join(dir, '.claude'));
  writeFileSync(join(dir, '.claude/settings.json'), '{}\n');
  const git = (...words: string[]) => execFileSync('git', words, { cwd: dir });
  git('init', '-q');
  git('add', '-A');
  git('-c', 'user.name=t', '-c', 'user.email=t@example.com', 'commit', '-qm', 'x');
  return dir;
}

/** The files that must be restored, except Loom's database, which `remove` keeps, and files of programs that ran. */
async function hashesOf(dir: string): Promise<Map<string, string>> {
  const files = await hashFiles(dir);
  const isOurs = (path: string) => !/^(?:node_modules|\.wrangler|\.git|\.loom)(?:\/|$)/.test(path);
  return new Map([...files].filter(([path]) => isOurs(path)));
}

/** A separate client, like one that an agent would write. */
const CLIENT = `import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';

const client = new Client({ name: 'call', version: '1.0.0' });
await client.connect(new StreamableHTTPClientTransport(new URL('http://127.0.0.1:${PORTS[1]}/mcp')));
console.log(JSON.stringify(await client.callTool({ name: process.argv[2], arguments: {} })));
await client.close();
`;

/** The provider of both runs of Codex: the stub on this machine. */
export function codexConfig(url: string): string {
  return `model = "gpt-5.1-codex"\nmodel_provider = "stub"\n[model_providers.stub]\nname = "stub"\nbase_url = "${url}/v1"\nwire_api = "responses"\nenv_key = "STUB_KEY"\n`;
}

function isTaken(port: number): Promise<number | undefined> {
  return new Promise((done) => {
    const server = createServer();
    server.once('error', () => done(port));
    server.listen(port, '127.0.0.1', () => server.close(() => done(undefined)));
  });
}

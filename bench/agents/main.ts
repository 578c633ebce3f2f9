import { execFileSync, type SpawnSyncReturns, spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { type Agent, codexConfig, type Row, setUpByRecipe } from './set-up.js';
import { type Sent, type Stub, startStub } from './stub.js';

const PACKAGES = ['@anthropic-ai/claude-code', '@openai/codex', 'ccusage', '@ccusage/ccusage-linux-x64'];
const LM = resolve('packages/loom/bin/lm.js');

/**
 * `npm run agents [-- <folder>]`: real Claude Code and real Codex from npm, against a stub on this machine. It compares
 * Loom's records with the stub's responses, and with ccusage on the same files. The exit code is 1 if Loom differs.
 */
export async function main([folder = join(tmpdir(), 'loom-agents')]: readonly string[]): Promise<number> {
  const bin = install(folder);
  const dir = mkdtempSync(join(tmpdir(), 'loom-agents-run-'));
  const stub = await startStub();
  try {
    const run = new Run(dir, bin, stub);
    await run.all();
    return run.report({
      claude: await setUpByRecipe(bin, 'claude'),
      codex: await setUpByRecipe(bin, 'codex'),
    });
  } finally {
    await stub.close();
    rmSync(dir, { recursive: true, force: true });
  }
}

function install(folder: string): string {
  const bin = join(folder, 'node_modules/.bin');
  if (!existsSync(join(bin, 'claude')) || !existsSync(join(bin, 'codex'))) {
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, 'package.json'), '{"private":true}');
    execFileSync('npm', ['install', '--no-audit', '--no-fund', ...PACKAGES], {
      cwd: folder,
      stdio: 'inherit',
    });
  }
  return bin;
}

class Run {
  readonly #project: string;
  readonly #bin: string;
  readonly #stub: Stub;
  readonly #env: NodeJS.ProcessEnv;
  readonly #lines: string[] = [];
  #failed = false;

  constructor(dir: string, bin: string, stub: Stub) {
    this.#project = join(dir, 'project');
    this.#bin = bin;
    this.#stub = stub;
    this.#env = {
      PATH: process.env.PATH,
      HOME: dir,
      TZ: 'UTC',
      IS_SANDBOX: '1',
      ANTHROPIC_BASE_URL: stub.url,
      ANTHROPIC_API_KEY: 'stub',
      STUB_KEY: 'stub',
      DISABLE_AUTOUPDATER: '1',
      CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: '1',
    };
    mkdirSync(this.#project, { recursive: true });
    mkdirSync(join(dir, '.codex'));
    writeFileSync(join(dir, '.codex/config.toml'), codexConfig(stub.url));
  }

  async all(): Promise<void> {
    await this.#run('git', ['init', '-q']);
    await this.#lm('init');
    const first = await this.#claude('-p', 'Go on.');
    await this.#lm('ingest');
    this.#compare('Claude Code, one turn with a tool');
    await this.#claude('-p', 'And on.', '--continue');
    await this.#claude('-p', 'Another way.', '--resume', first, '--fork-session');
    await this.#lm('ingest');
    this.#compare('… continued, then forked');
    await this.#watched();
    await this.#codex('exec', '--skip-git-repo-check', 'Go on.');
    await this.#codex('exec', 'resume', '--last', '--skip-git-repo-check', 'And on.');
    await this.#lm('ingest');
    this.#compare('Codex exec, then resumed');
    const audit = await this.#run(process.execPath, [LM, 'audit']);
    this.#check('lm audit', audit.status === 0, audit.stdout.trim().split('\n').at(-1) ?? '');
    await this.#budget();
  }

  /**
   * The first run of a session sends telemetry. Then its receiver is killed, and the session continues. One result is
   * piped in.
   */
  async #watched(): Promise<void> {
    const receiver = spawn(process.execPath, [LM, 'receiver', '--port', '0'], {
      cwd: this.#project,
      env: this.#env,
    });
    const url = await new Promise<string>((found) => {
      let said = '';
      receiver.stderr.on('data', (piece) => {
        said += piece;
        const [address] = /http:\/\/127\.0\.0\.1:\d+(?=; )/.exec(said) ?? [];
        if (address) {
          found(address);
        }
      });
    });
    const settings = this.#lmSync('dashboard', '--settings', '--port', new URL(url).port);
    const [, headers] = /OTEL_EXPORTER_OTLP_HEADERS=(\S+)/.exec(settings) ?? [];
    Object.assign(this.#env, {
      CLAUDE_CODE_ENABLE_TELEMETRY: '1',
      OTEL_LOGS_EXPORTER: 'otlp',
      OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json',
      OTEL_EXPORTER_OTLP_ENDPOINT: url,
      OTEL_EXPORTER_OTLP_HEADERS: headers,
      OTEL_LOGS_EXPORT_INTERVAL: '200',
    });
    const result = join(this.#project, 'result.json');
    writeFileSync(result, await this.#answerOf('-p', 'Watched.'));
    await this.#lm('ingest', '--result', result);
    const told = this.#lmSync('export')
      .split('\n')
      .filter((line) => line.includes('"source":"otel"')).length;
    this.#check('Claude Code’s telemetry has arrived', told === 2, `${told} of 2 requests`);
    // A result has the sums of its run: one call per model.
    this.#compare('Claude Code with telemetry, its result piped in, its transcript not read yet', false);
    receiver.kill('SIGKILL');
    delete this.#env.CLAUDE_CODE_ENABLE_TELEMETRY;
    await this.#claude('-p', 'Unwatched.', '--continue');
    await this.#lm('ingest');
    this.#compare('… receiver killed, then continued');
  }

  /** A budget for three calls, in a session of thirty. */
  async #budget(): Promise<void> {
    await this.#lm('hooks', 'install');
    await this.#lm('budget', 'set', 'session', '0.006', '--stop');
    this.#stub.tools = 30;
    const before = this.#stub.sent.length;
    await this.#claude('-p', 'Never stop.');
    const made = this.#stub.sent.length - before;
    const each = 0.0025;
    this.#check('a budget with --stop', made <= 5, `${made} calls of about $${each} for a budget of $0.006`);
  }

  report(setUps: Readonly<Record<Agent, readonly Row[]>>): number {
    console.log('| what | right | Loom, the stub, and ccusage |\n|---|---|---|');
    console.log(this.#lines.join('\n'));
    for (const [agent, rows] of Object.entries(setUps)) {
      console.log(`\n| ${agent} sets up a Worker with the recipe | right | result |\n|---|---|---|`);
      for (const [what, right, seen] of rows) {
        this.#failed ||= !right;
        console.log(`| ${what} | ${right ? 'yes' : 'NO'} | ${seen} |`);
      }
    }
    return this.#failed ? 1 : 0;
  }

  #compare(what: string, counted = true): void {
    const sent = sums(this.#stub.sent, counted);
    const answer = JSON.parse(this.#lmSync('cost', '--by', 'model', '--json')) as Answer;
    const rows = answer.data.rows.map(
      (row) =>
        [
          row.key,
          `${counted ? `${row.calls} calls: ` : ''}${row.input_tokens} / ${row.output_tokens} / ${row.cache_read_tokens} / ${row.cache_write_tokens}`,
        ] as const,
    );
    const loom = new Map(rows);
    const same = [...sent].every(([model, text]) => loom.get(model) === text) && loom.size === sent.size;
    const differs = [...sent].filter(([model, text]) => loom.get(model) !== text);
    const detail = same
      ? [...sent].map(([model, text]) => `${model} ${text}`).join('; ')
      : differs.map(([model, text]) => `${model}: sent ${text}, recorded ${loom.get(model)}`).join('; ');
    this.#check(what, same, `${detail}; ccusage: ${this.#ccusage()}`);
  }

  #ccusage(): string {
    try {
      const text = execFileSync(join(this.#bin, 'ccusage'), ['claude', 'daily', '--json', '--offline'], {
        cwd: this.#project,
        env: this.#env,
        encoding: 'utf8',
        stdio: ['ignore', 'pipe', 'ignore'],
      });
      const { inputTokens, outputTokens, cacheReadTokens, cacheCreationTokens } = JSON.parse(text).totals;
      return `${inputTokens} / ${outputTokens} / ${cacheReadTokens} / ${cacheCreationTokens} (Claude Code)`;
    } catch (error) {
      return `did not run (${(error as Error).message.split('\n')[0]})`;
    }
  }

  #check(what: string, right: boolean, detail: string): void {
    this.#failed ||= !right;
    this.#lines.push(`| ${what} | ${right ? 'yes' : 'NO'} | ${detail} |`);
  }

  async #claude(...args: string[]): Promise<string> {
    const answer = await this.#answerOf(...args);
    try {
      return JSON.parse(answer).session_id;
    } catch {
      throw new Error(`claude: ${answer}`);
    }
  }

  async #answerOf(...args: string[]): Promise<string> {
    const words = [...args, '--output-format', 'json', '--permission-mode', 'bypassPermissions'];
    const ran = await this.#run(join(this.#bin, 'claude'), words);
    return ran.stdout || ran.stderr;
  }

  async #codex(...args: string[]): Promise<void> {
    const ran = await this.#run(join(this.#bin, 'codex'), args);
    if (ran.status !== 0) {
      throw new Error(`codex: ${ran.stdout}${ran.stderr}`);
    }
  }

  async #lm(...args: string[]): Promise<void> {
    const ran = await this.#run(process.execPath, [LM, ...args]);
    if (ran.status !== 0) {
      throw new Error(`lm ${args.join(' ')}: ${ran.stdout}${ran.stderr}`);
    }
  }

  #lmSync(...args: string[]): string {
    return execFileSync(process.execPath, [LM, ...args], {
      cwd: this.#project,
      env: this.#env,
      encoding: 'utf8',
    });
  }

  /** It must be asynchronous, because the stub runs in this process. */
  #run(
    command: string,
    args: readonly string[],
  ): Promise<Pick<SpawnSyncReturns<string>, 'status' | 'stdout' | 'stderr'>> {
    return new Promise((done) => {
      const child = spawn(command, args, {
        cwd: this.#project,
        env: this.#env,
        stdio: ['ignore', 'pipe', 'pipe'],
      });
      let [stdout, stderr] = ['', ''];
      child.stdout.on('data', (piece) => {
        stdout += piece;
      });
      child.stderr.on('data', (piece) => {
        stderr += piece;
      });
      child.on('close', (status) => done({ status, stdout, stderr }));
    });
  }
}

interface Answer {
  readonly data: {
    readonly rows: readonly {
      readonly key: string;
      readonly calls: number;
      readonly input_tokens: number;
      readonly output_tokens: number;
      readonly cache_read_tokens: number;
      readonly cache_write_tokens: number;
    }[];
  };
}

function sums(sent: readonly Sent[], counted: boolean): Map<string, string> {
  const models = [...new Set(sent.map(({ model }) => model))];
  return new Map(
    models.map((model) => {
      const own = sent.filter((one) => one.model === model);
      const sum = (pick: (one: Sent) => number) => own.reduce((all, one) => all + pick(one), 0);
      return [
        model,
        `${counted ? `${own.length} calls: ` : ''}${sum((one) => one.input)} / ${sum((one) => one.output)} / ${sum((one) => one.cacheRead)} / ${sum((one) => one.cacheWrite)}`,
      ];
    }),
  );
}

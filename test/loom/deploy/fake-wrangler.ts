import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const MODULES = fileURLToPath(new URL('../../../node_modules', import.meta.url));

/**
 * A fake account with a command line. It lists and creates databases, and logs its commands. `d1 execute`
 * returns the answer in `answers.json` for the start of a statement.
 */
const SCRIPT = `
(async () => {
const { readFileSync, writeFileSync, appendFileSync, existsSync } = require('node:fs');
const { join } = require('node:path');
const args = process.argv.slice(2);
const at = (name) => join(__dirname, name);
const read = (name, none) => (existsSync(at(name)) ? JSON.parse(readFileSync(at(name), 'utf8')) : none);
appendFileSync(at('asked.jsonl'), JSON.stringify(args) + '\\n');
const words = args.join(' ');
const failure = read('failures.json', []).find((one) => words.startsWith(one));
if (failure) { console.error('X [ERROR] ' + failure + ': no permission'); process.exit(1); }
const url = read('tell.json', '');
const step = ['d1 migrations', 'deploy'].find((one) => words.startsWith(one));
if (url && step) {
  const answer = await fetch(url + encodeURIComponent(step));
  if (!answer.ok) throw new Error(await answer.text());
}
const databases = read('databases.json', []);
if (words.startsWith('d1 list')) console.log('some words first\\n' + JSON.stringify(databases, null, 2));
if (words.startsWith('d1 create')) {
  databases.push({ uuid: '11111111-2222-3333-4444-' + String(databases.length).padStart(12, '0'), name: args[2] });
  writeFileSync(at('databases.json'), JSON.stringify(databases));
}
if (words.startsWith('d1 execute')) {
  const sql = args[args.indexOf('--command') + 1];
  const found = Object.entries(read('answers.json', {})).find(([start]) => sql.startsWith(start));
  console.log(JSON.stringify([{ results: found ? found[1] : [], success: true }]));
}
if (words.startsWith('secret list')) console.log(JSON.stringify(read('secrets.json', []).map((name) => ({ name, type: 'secret_text' }))));
if (args[0] === 'deploy') console.log('Deployed loom-x triggers\\n  https://loom-x.acme.workers.dev');
})();
`;

export interface FakeWrangler {
  /** The commands, in order. */
  asked(): string[];
  /** Answers of `d1 execute`, by the start of the statement. */
  answer(answers: Record<string, Record<string, unknown>[]>): void;
  /** An address that is asked before migrations are applied and before a deploy, which wait for the answer. */
  tell(url: string): void;
  /** Names of the Worker's secrets. */
  secrets(...names: string[]): void;
  /** Commands that fail, by their start. */
  fail(...starts: string[]): void;
}

/** Installs it where a project has its wrangler. */
export function fakeWrangler(dir: string): FakeWrangler {
  const bin = join(dir, 'node_modules/wrangler/bin');
  mkdirSync(bin, { recursive: true });
  writeFileSync(join(bin, 'wrangler.js'), SCRIPT);
  writeFileSync(join(bin, 'asked.jsonl'), '');
  linkLoom(dir);
  return {
    asked: () =>
      readFileSync(join(bin, 'asked.jsonl'), 'utf8')
        .split('\n')
        .filter(Boolean)
        .map((line) => JSON.parse(line).join(' ')),
    answer: (answers) => writeFileSync(join(bin, 'answers.json'), JSON.stringify(answers)),
    tell: (url) => writeFileSync(join(bin, 'tell.json'), JSON.stringify(url)),
    secrets: (...names) => writeFileSync(join(bin, 'secrets.json'), JSON.stringify(names)),
    fail: (...starts) => writeFileSync(join(bin, 'failures.json'), JSON.stringify(starts)),
  };
}

/** The repository's own wrangler and Loom, as installed in a project. */
export function realWrangler(dir: string): void {
  mkdirSync(join(dir, 'node_modules'), { recursive: true });
  symlinkSync(join(MODULES, 'wrangler'), join(dir, 'node_modules/wrangler'));
  linkLoom(dir);
}

function linkLoom(dir: string): void {
  const link = join(dir, 'node_modules/@create-something/loom');
  mkdirSync(dirname(link), { recursive: true });
  symlinkSync(join(MODULES, '@create-something/loom'), link);
}

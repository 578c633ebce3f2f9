// Generates the list of files, the table of names and the rows of docs/rules/README.md from the rules of
// `check`. With --check, it writes nothing, and exits with 1 if one of them is out of date.
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { tsImport } from 'tsx/esm/api';
import { root } from './run.mjs';

const FOLDER = 'src/checks/rules';
const README = 'docs/rules/README.md';
const NOTE = '// Made by scripts/rules.mjs from the files in src/checks/rules: do not edit.';

const isCheck = process.argv.includes('--check');
const rules = await Promise.all(ids().map(ruleOf));
write('src/core/checked-rules.ts', tableOf(rules));
write('src/checks/all-rules.ts', listOf(rules));
write(README, await readme());

/** Writes a file, or with --check reports that it is out of date. */
function write(path, text) {
  if (existsSync(join(root, path)) && readFileSync(join(root, path), 'utf8') === text) return;
  if (!isCheck) return writeFileSync(join(root, path), text);
  console.error(`${path} is out of date. Run: node scripts/rules.mjs`);
  process.exitCode = 1;
}

function ids() {
  return readdirSync(join(root, FOLDER), { recursive: true })
    .filter((path) => path.endsWith('.ts'))
    .map((path) => path.replaceAll('\\', '/').slice(0, -'.ts'.length))
    .sort();
}

async function ruleOf(id) {
  const { default: rule } = await imported(`${FOLDER}/${id}.ts`);
  if (rule?.id !== id) throw new Error(`${FOLDER}/${id}.ts should define the rule "${id}".`);
  return rule;
}

/** A plain list without the rules' code, so that every folder may import it. */
function tableOf(rules) {
  const rows = rules.map(
    ({ id, level, title, fixable }) =>
      `  '${id}': {\n    level: '${level}',\n    title: ${quoted(title)},\n${fixable ? '    fixable: true,\n' : ''}  },\n`,
  );
  return `${NOTE}\n\nexport const CHECKED_RULES = {\n${rows.join('')}} as const;\n`;
}

function listOf(rules) {
  const name = ({ id }) => id.replace(/[/-](\w)/g, (_match, letter) => letter.toUpperCase());
  const last = rules.length;
  const inOrder = rules.toSorted((a, b) => (a.order ?? last) - (b.order ?? last));
  const imports = rules.map((rule) => `import ${name(rule)} from './rules/${rule.id}.js';\n`);
  const names = inOrder.map((rule) => `  ${name(rule)},\n`);
  return `${NOTE}\n${imports.join('')}\nexport const CHECK_RULES = [\n${names.join('')}] as const;\n`;
}

/** The page with a row for every rule, including the rules of planning. */
async function readme() {
  const { RULE_IDS, RULES } = await imported('src/core/rules.ts');
  const rows = RULE_IDS.map((id) => {
    const { level, title, fixable } = RULES[id];
    return `| [\`${id}\`](${id}.md) | ${level} | ${fixable ? 'yes' : ''} | ${title} |\n`;
  });
  const page = readFileSync(join(root, README), 'utf8');
  return page.replace(/(?:^\| \[`.*\n)+/m, () => rows.join(''));
}

function imported(path) {
  return tsImport(pathToFileURL(join(root, path)).href, import.meta.url);
}

function quoted(text) {
  return text.includes("'") ? JSON.stringify(text) : `'${text}'`;
}

// `npm test`: installs and builds if necessary, then runs all checks and tests. With arguments after `--`, it
// only runs vitest with them: `npm test -- test/wrangler`.
import { readFileSync, rmSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { prepare } from './prepare.mjs';
import { nodeProgram, quietly, root } from './run.mjs';

const PACKAGES = ['.', 'packages/observability', 'packages/loom'];
// The command line has no published types to check.
const TYPED = PACKAGES.filter((folder) => folder !== '.');

// TypeScript 7 takes a fifth of the time of 5.9. The types that users' projects see are tested with both.
const TYPESCRIPT = 'node_modules/typescript-7/bin/tsc';

/** A name, and a script with its arguments. The slowest come first. */
const CHECKS = [
  ['API reference', 'scripts/api-docs.mjs', '--check'],
  ['types', TYPESCRIPT, '--noEmit'],
  ['format and lint', 'node_modules/@biomejs/biome/bin/biome', 'check', '--error-on-warnings', '.'],
  ['a lockfile for every platform', 'scripts/complete-lockfile.mjs', '--check'],
  ['unused files, exports and dependencies', 'node_modules/knip/bin/knip.js', '--no-progress'],
  [
    'which folder imports which, and no circles',
    'node_modules/dependency-cruiser/bin/dependency-cruise.mjs',
    '--config',
    '.dependency-cruiser.mjs',
    ...['src', 'packages/observability/src', 'packages/loom/src', 'packages/loom/app'],
  ],
  // Includes files that no test imports.
  ['types of Loom', TYPESCRIPT, '-p', 'packages/loom', '--noEmit'],
  ['types of the team’s server', TYPESCRIPT, '-p', 'packages/loom/src/server'],
  ['the lists of rules', 'scripts/rules.mjs', '--check'],
  // Their code runs partly in a page. No other test may use `document`.
  ['types of browser tests', TYPESCRIPT, '-p', 'test/e2e/dashboard'],
  ...PACKAGES.map((folder) => [
    `publint ${folder}`,
    'node_modules/publint/src/cli.js',
    'run',
    folder,
    '--strict',
  ]),
  ...TYPED.map((folder) => [
    `attw ${folder}`,
    'node_modules/@arethetypeswrong/cli/dist/index.js',
    '--pack',
    folder,
    '--profile',
    'esm-only',
    '--quiet',
  ]),
];

try {
  await prepare();
  const words = process.argv.slice(2);
  process.exitCode = words.length > 0 ? await vitest(words) : await everything();
} catch (error) {
  console.error(error.message);
  process.exitCode = 1;
}

async function everything() {
  let passed = 0;
  let failed = 0;
  const waiting = [...CHECKS];
  const next = async () => {
    for (let check = waiting.shift(); check; check = waiting.shift()) {
      (await isClean(check)) ? passed++ : failed++;
    }
  };
  await Promise.all(Array.from({ length: availableParallelism() }, next));
  const tests = await allTests();
  const skipped = tests.skipped > 0 ? `, ${tests.skipped} skipped` : '';
  if (tests.leftOut.length > 0) console.log(`\nSkipped here: ${tests.leftOut.join('; ')}`);
  console.log(`\n${passed + tests.passed} passed, ${failed + tests.failed} failed${skipped}`);
  return failed + tests.failed === 0 ? 0 : 1;
}

/** Runs a check and prints its output under its name, even when checks run in parallel. */
async function isClean([name, program, ...args]) {
  const { code, output } = await quietly(program, args);
  console.log(`\n${code === 0 ? '✔' : '✖'} ${name}`);
  if (code !== 0) console.log(output.trimEnd());
  return code === 0;
}

async function allTests() {
  const report = join(root, 'node_modules/.cache/create-something-observe/vitest.json');
  rmSync(report, { force: true });
  const code = await vitest(['--reporter=default', '--reporter=json', `--outputFile.json=${report}`]);
  const counts = read(report);
  if (!counts) return { passed: 0, failed: 1, skipped: 0, leftOut: [] };
  // A file that does not load has no tests to count, and an error may also occur outside of all tests.
  const unloaded = counts.testResults.filter(
    (file) => file.status === 'failed' && !file.assertionResults.some(({ status }) => status === 'failed'),
  );
  const failed = counts.numFailedTests + unloaded.length || (code === 0 ? 0 : 1);
  return {
    passed: counts.numPassedTests,
    failed,
    skipped: counts.numPendingTests + counts.numTodoTests,
    leftOut: leftOut(counts.testResults),
  };
}

/** Skipped tests, listed by the name of the group if a whole group was skipped. */
function leftOut(files) {
  const skipped = files.flatMap((file) =>
    file.assertionResults.filter(({ status }) => status === 'skipped' || status === 'pending'),
  );
  return [...new Set(skipped.map(({ ancestorTitles, title }) => ancestorTitles[0] || title))];
}

function vitest(words) {
  return nodeProgram('node_modules/vitest/vitest.mjs', ['run', ...words]);
}

function read(path) {
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch {
    return undefined;
  }
}

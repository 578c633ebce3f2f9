import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Listed, measure, type Row } from './measure.js';

const USAGE = 'npm run corpus -- <list.json> <folder of checkouts> [words of a project’s name]';

/**
 * Compares layer 2 with every project of a list, and prints one row for each. It writes nothing. The exit code is 1 if
 * a tool is missed or wrong, or if a rewrite does not parse or is not restored.
 */
export async function main(argv: readonly string[]): Promise<number> {
  const [list, repos, only] = argv;
  if (!list || !repos) {
    console.error(`Usage: ${USAGE}`);
    return 64;
  }
  const projects = JSON.parse(readFileSync(list, 'utf8')) as Listed[];
  const rows = projects
    .filter(({ repo, dir }) => only === undefined || `${repo} ${dir}`.includes(only))
    .map((listed) => measure(listed, join(repos, listed.repo.replace('/', '+'))));
  console.log(HEAD);
  for (const row of rows) print(row);
  printTotals(rows);
  return rows.every(isClean) ? 0 : 1;
}

const HEAD = `| project | tools expected | traced | manual | missed | false | files changed | parse | round trip |
|---|---:|---:|---:|---:|---:|---:|---|---|`;

function isClean(row: Row): boolean {
  return (
    row.missed.length === 0 &&
    row.unproven.length === 0 &&
    row.false.length === 0 &&
    row.parses === 'ok' &&
    row.roundTrip === 'ok'
  );
}

function print(row: Row): void {
  const { project, expected, traced, manual, missed, files, parses, roundTrip } = row;
  const cells = [
    project,
    expected,
    traced,
    manual,
    missed.length,
    row.false.length,
    files,
    parses,
    roundTrip,
  ];
  console.log(`| ${cells.join(' | ')} |`);
  for (const one of row.manualReasons) console.log(`    manual ${one}`);
  for (const one of row.unproven) console.log(`    unproven ${one}`);
  for (const one of missed) console.log(`    missed ${one}`);
  for (const one of row.false) console.log(`    false  ${one}`);
}

function printTotals(rows: readonly Row[]): void {
  const sum = (count: (row: Row) => number) => rows.reduce((total, row) => total + count(row), 0);
  const expected = sum((row) => row.expected);
  const traced = sum((row) => row.traced);
  const share = expected === 0 ? '-' : `${((100 * traced) / expected).toFixed(1)} %`;
  const cells = [
    `${rows.length} projects, ${share} traced`,
    expected,
    traced,
    sum((row) => row.manual),
    sum((row) => row.missed.length),
    sum((row) => row.false.length),
    sum((row) => row.files),
    `${rows.filter((row) => row.parses === 'ok').length} ok`,
    `${rows.filter((row) => row.roundTrip === 'ok').length} ok`,
  ];
  console.log(`| ${cells.join(' | ')} |`);
}

import type { Finding } from '../core/findings.js';
import type { Report } from './report.js';

/**
 * The report as JUnit XML, for GitLab and whatever else shows test results: an error is a failed test,
 * a warning or a note a skipped one, and a project without findings one test that passed.
 */
export function junit({ findings, dir }: Report): string {
  const failures = findings.filter(({ level }) => level === 'error').length;
  const counts = {
    tests: String(Math.max(findings.length, 1)),
    failures: String(failures),
    errors: '0',
    skipped: String(findings.length - failures),
  };
  const cases = findings.length === 0 ? [element('testcase', allSetUp(dir))] : findings.map(testCase);
  const suite = element(
    'testsuite',
    { name: 'create-something-observe', ...counts },
    `\n${cases.join('\n')}\n`,
  );
  return `<?xml version="1.0" encoding="UTF-8"?>\n${element('testsuites', counts, `\n${suite}\n`)}\n`;
}

function allSetUp(dir: string) {
  return { classname: 'create-something-observe', name: `${dir}: all set up` };
}

function testCase({ rule, level, file, line, message, fix }: Finding): string {
  const place = `${file}:${line}`;
  const outcome =
    level === 'error'
      ? element('failure', { message, type: rule }, escapedLines(`${place}\n${message}\n${fix}`))
      : element('skipped', { message: `${level}: ${message} ${fix}` });
  // Without the line, so that a finding keeps its history when lines move.
  return element(
    'testcase',
    { classname: rule, name: `${file}: ${message}`, file, line: String(line) },
    outcome,
  );
}

function element(name: string, attributes: Readonly<Record<string, string>>, content = ''): string {
  const words = Object.entries(attributes).map(([key, value]) => ` ${key}="${escapedAttribute(value)}"`);
  return content === '' ? `<${name}${words.join('')}/>` : `<${name}${words.join('')}>${content}</${name}>`;
}

/** Everything that XML 1.0 has no place for, escaped or not: most control characters and lone surrogates. */
const FORBIDDEN = /[^\t\n\r\u{20}-\u{D7FF}\u{E000}-\u{FFFD}\u{10000}-\u{10FFFF}]/gu;

function escaped(text: string): string {
  return text
    .replace(FORBIDDEN, '')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('\r', '&#13;');
}

/** On stdout of a CI job no line may be the project's own: it could be a command to the service. */
function escapedLines(text: string): string {
  return escaped(text).replaceAll('\n', '&#10;');
}

/** A reader turns line ends and tabs of an attribute into blanks unless they are written as numbers. */
function escapedAttribute(text: string): string {
  return escapedLines(text).replaceAll('"', '&quot;').replaceAll('\t', '&#9;');
}

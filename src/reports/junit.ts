import type { Finding } from '../core/findings.js';
import type { Report } from './report.js';

/**
 * The report as JUnit XML, for GitLab and other services that show test results. An error is a failed test. A
 * warning or a note is a skipped test. A project without findings is one passed test.
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
  // The name has no line number, so a finding keeps its history when lines move.
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

/** Characters that XML 1.0 does not allow, even escaped: most control characters and lone surrogates. */
const FORBIDDEN = /[^\t\n\r\u{20}-\u{D7FF}\u{E000}-\u{FFFD}\u{10000}-\u{10FFFF}]/gu;

function escaped(text: string): string {
  return text
    .replace(FORBIDDEN, '')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('\r', '&#13;');
}

/**
 * The report may go to the stdout of a CI job, where a line from the project could be a command to the
 * service.
 */
function escapedLines(text: string): string {
  return escaped(text).replaceAll('\n', '&#10;');
}

/** XML readers turn line breaks and tabs in an attribute into blanks, unless they are escaped. */
function escapedAttribute(text: string): string {
  return escapedLines(text).replaceAll('"', '&quot;').replaceAll('\t', '&#9;');
}

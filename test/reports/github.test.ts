import fc from 'fast-check';
import { expect, it } from 'vitest';
import { githubAnnotations } from '../../src/reports/github.js';
import { reportOf } from '../../src/reports/report.js';
import { escapeControls } from '../../src/text/escape-for-terminal.js';
import { ABOUT, finding, findings } from './findings.js';

/** Reads a line as GitHub's runner does: the command, its properties, and the text, each unescaped. */
function readCommand(line: string) {
  const [, command, words = '', text = ''] = /^::(\w+) (.*?)::(.*)$/s.exec(line) ?? [];
  const plain = (value: string) => value.replaceAll('%0A', '\n');
  const property = (value: string) => plain(value.replaceAll('%3A', ':').replaceAll('%2C', ','));
  const properties = words.split(',').map((word) => word.split('=')) as [string, ...string[]][];
  return {
    command,
    properties: Object.fromEntries(
      properties.map(([name, ...value]) => [name, property(value.join('=')).replaceAll('%25', '%')]),
    ),
    text: plain(text).replaceAll('%25', '%'),
  };
}

it('is one command for each finding, with the finding’s text', () => {
  fc.assert(
    fc.property(findings, (found) => {
      const printed = githubAnnotations(reportOf(found, '.', ABOUT));
      const lines = printed.split(/\r\n|\r|\n/).slice(0, -1);
      expect(lines.map(readCommand)).toEqual(
        found.map(({ rule, level, line, message, fix }, index) => ({
          command: { error: 'error', warning: 'warning', info: 'notice' }[level],
          properties: {
            file: escapeControls(reportOf(found, '.', ABOUT).findings[index]?.file ?? ''),
            line: String(line),
            title: rule,
          },
          text: escapeControls(`${message}\n${fix}`),
        })),
      );
    }),
  );
});

it('escapes characters that end the text, a property, or the command', () => {
  const hostile = finding({ file: 'a,b:c%.ts', message: 'one\r\n::error::two, 100%', fix: 'x' });
  expect(githubAnnotations(reportOf([hostile], 'apps/mcp', ABOUT))).toBe(
    '::error file=apps/mcp/a%2Cb%3Ac%25.ts,line=7,title=langfuse/tool-untraced::one%0A::error::two, 100%25%0Ax\n',
  );
});

it('contains no escape sequences for a terminal', () => {
  const hostile = finding({ message: '\u001b]0;title\u0007\u202e', fix: '\u001b[8m' });
  const printed = githubAnnotations(reportOf([hostile], '.', ABOUT));
  expect(printed).toContain('::\\u001b]0;title\\u0007\\u202e%0A\\u001b[8m');
});

import fc from 'fast-check';
import { SaxesParser, type SaxesTagPlain } from 'saxes';
import { expect, it } from 'vitest';
import { junit } from '../../src/reports/junit.js';
import { reportOf } from '../../src/reports/report.js';
import { ABOUT, finding, findings } from './findings.js';

/** Parses the XML strictly. Throws if it is not well-formed. */
function readXml(text: string): { tags: SaxesTagPlain[]; texts: string[] } {
  const parser = new SaxesParser();
  const tags: SaxesTagPlain[] = [];
  const texts: string[] = [];
  parser.on('error', (error) => {
    throw error;
  });
  parser.on('opentag', (tag) => tags.push(tag));
  parser.on('text', (words) => words.trim() !== '' && texts.push(words));
  parser.write(text).close();
  return { tags, texts };
}

const FORBIDDEN = /[^\t\n\r\u{20}-\u{D7FF}\u{E000}-\u{FFFD}\u{10000}-\u{10FFFF}]/gu;

it('is well-formed and complete for any findings', () => {
  fc.assert(
    fc.property(findings, (found) => {
      const { tags, texts } = readXml(junit(reportOf(found, '.', ABOUT)));
      const cases = tags.filter(({ name }) => name === 'testcase');
      expect(cases).toHaveLength(Math.max(found.length, 1));
      const errors = found.filter(({ level }) => level === 'error');
      expect(tags.filter(({ name }) => name === 'failure').map(({ attributes }) => attributes)).toEqual(
        errors.map(({ rule, message }) => ({ type: rule, message: message.replace(FORBIDDEN, '') })),
      );
      expect(texts).toHaveLength(errors.length);
      for (const [index, { fix }] of errors.entries())
        expect(texts[index]).toContain(fix.replace(FORBIDDEN, ''));
    }),
  );
  expect(() => readXml('<a b="&"/>')).toThrow();
});

it('counts errors as failures and the rest as skipped', () => {
  const found = [finding(), finding({ level: 'warning' }), finding({ level: 'info' })];
  const [top, suite] = readXml(junit(reportOf(found, 'apps/mcp', ABOUT))).tags;
  const counts = { tests: '3', failures: '1', errors: '0', skipped: '2' };
  expect(top?.attributes).toEqual(counts);
  expect(suite?.attributes).toMatchObject(counts);
});

it('is one passed test without findings', () => {
  const { tags } = readXml(junit(reportOf([], 'apps/mcp', ABOUT)));
  expect(tags.map(({ name }) => name)).toEqual(['testsuites', 'testsuite', 'testcase']);
  expect(tags[2]?.attributes['name']).toBe('apps/mcp: all set up');
});

it('has no line from the project', () => {
  const hostile = finding({ message: 'one\n::error::two', fix: '::stop-commands::x' });
  expect(junit(reportOf([hostile], '.', ABOUT))).not.toMatch(/^\s*::/m);
});

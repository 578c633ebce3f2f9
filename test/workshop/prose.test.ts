import { describe, expect, it } from 'vitest';
import { passagesIn, passagesOf, proseFiles } from '../../scripts/prose/files.js';
import { complaintsAbout } from '../../scripts/prose/judge.js';

const complaints = proseFiles().flatMap((file) => passagesOf(file).flatMap(complaintsAbout));

describe('words', () => {
  it('read well in every file', () => {
    expect(complaints).toEqual([]);
  });
});

const texts = (file: string, text: string) =>
  passagesIn(file, text).map(({ line, kind, text }) => `${line} ${kind} ${text.replace(/Code\d+/g, '`')}`);

describe('the linter reads', () => {
  it('the prose of a page, without code and link targets', () => {
    const page =
      '# A `title`\n\nSee [the guide](docs/told.md).\n\n```sh\nnpm told\n```\n\n| a | b |\n|---|---|\n| `told` | cell |\n';
    expect(texts('a.md', page)).toEqual([
      '1 doc A `',
      '3 doc See the guide.',
      '9 doc a',
      '9 doc b',
      '11 doc `',
      '11 doc cell',
    ]);
  });

  it('the comments and sentences of a program', () => {
    // biome-ignore-start lint/suspicious/noTemplateCurlyInString: it is a program's text
    const program = [
      '// One comment',
      '// in two lines.',
      'import "./told.js";',
      '/**',
      ' * A docstring.',
      ' * @param a the `first` one',
      ' */',
      'const a = "This is " + `not the ${"very long message"} here` + b;',
      'db.run("SELECT told FROM these rows");',
      'const style = "told-a told-b"; /* biome-ignore told */',
      'f({ a, /* last */ });',
      'if (a) { b(); // trailing',
      '}',
    ].join('\n');
    // biome-ignore-end lint/suspicious/noTemplateCurlyInString: it is a program's text
    expect(texts('a.ts', program)).toEqual([
      '1 comment One comment in two lines.',
      '5 comment A docstring.',
      '6 comment a the ` one',
      '11 comment last',
      '12 comment trailing',
      '8 message This is not the Value hereValue',
      '8 message very long message',
    ]);
    expect(texts('a.tsx', 'const a = <p class="a">No errors in\n  this period</p>;')).toEqual([
      '1 message No errors in this period',
    ]);
  });

  it('the descriptions of a schema and the comments of a template', () => {
    expect(texts('a.schema.json', '{\n  "description": "Says it."\n}')).toEqual(['2 doc Says it.']);
    expect(texts('ci.yml.hbs', 'on: push\n  # Runs check.\n')).toEqual(['2 doc Runs check.']);
  });
});

describe('the linter marks', () => {
  const advice = (text: string, kind: 'doc' | 'message' = 'doc') =>
    complaintsAbout({ file: 'a.md', kind, text, line: 1 }).map((complaint) => complaint.advice);

  it.each([
    'The fix is told by check.',
    'Start with a clean tree, for init wants its change alone.',
    'What is to go is marked.',
    'It keeps the file, and says so.',
    'It changes nothing but the config.',
    'Run the the command.',
    `${'some word '.repeat(16)}end.`,
  ])('%s', (text) => {
    expect(advice(text)).not.toEqual([]);
  });

  it.each([
    'Deprecated APIs are marked, and check reports them.',
    'Use it for the Worker, for tests and for CI.',
    'What does it cost?',
  ])('nothing in: %s', (text) => {
    expect(advice(text)).toEqual([]);
  });

  it('messages with more than 25 words', () => {
    const text = `${'some word '.repeat(13)}end.`;
    expect(advice(text)).toEqual([]);
    expect(advice(text, 'message')).toHaveLength(1);
  });
});

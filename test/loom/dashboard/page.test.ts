import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';

const loom = join(import.meta.dirname, '../../../packages/loom');

test('the page is small', () => {
  const built = join(loom, 'dist/dashboard');
  const files = ['app.css', 'app.js', 'index.html'];
  expect(readdirSync(built).toSorted()).toEqual([...files, 'preact.LICENSE', 'uplot.LICENSE']);
  const bytes = files.map((file) => gzipSync(readFileSync(join(built, file))).length);
  // The documented limit is 75,000. uPlot takes 21,000.
  expect(bytes.reduce((sum, size) => sum + size)).toBeLessThan(75_000);
});

test('no code of the page turns text into markup, and its document has no script or style', () => {
  const sources = readdirSync(join(loom, 'app'), { recursive: true, encoding: 'utf8' }).filter((file) =>
    /\.tsx?$/.test(file),
  );
  expect(sources.length).toBeGreaterThan(40);
  for (const file of sources) {
    const code = readFileSync(join(loom, 'app', file), 'utf8');
    expect(code, file).not.toMatch(
      /dangerouslySetInnerHTML|innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\b|new Function/,
    );
  }
  const page = readFileSync(join(loom, 'app/index.html'), 'utf8');
  expect(page).not.toMatch(/<style|\sstyle=|\son\w+=|<script(?! src="app\.js" defer><\/script>)/);
});

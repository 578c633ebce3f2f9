import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { npmEnv } from '../harness/npm.js';
import { root } from '../harness/root.js';

/** The allowed files of a tarball, and its largest unpacked size. A user of npx waits for every byte. */
const PACKAGES = [
  {
    folder: '.',
    // 1,900 of it are Prettier, 400 the compiler and 400 Prettier's licences.
    kB: 4_500,
    allowed: [
      /^(README\.md|LICENSE|package\.json)$/,
      /^bin\/create-something-observe\.js$/,
      /^dist\/(start\.cjs|help\.txt|LICENCES\.txt|program-\w+\.cjs|prettier-\w+\.mjs)$/,
      // Files that `init` writes into a project and that another package owns.
      /^dist\/assets\/loom-migrations\/\d{4}_\w+\.sql$/,
      /^dist\/assets\/observability\/(manifest\.json|dist\/[\w/-]+(\.d\.ts|\.js))$/,
      /^templates\/[\w/-]+(\.[\w-]+)*\.hbs$/,
      /^schemas\/[\w-]+\.schema\.json$/,
      /^docs\/(guides|rules)\/[\w/-]+\.md$/,
    ],
  },
  {
    folder: 'packages/observability',
    kB: 260,
    allowed: [/^(README\.md|LICENSE|package\.json)$/, /^dist\/[\w/-]+(\.d\.ts|\.js)$/],
  },
  {
    folder: 'packages/loom',
    kB: 3_400,
    allowed: [
      /^(README\.md|LICENSE|package\.json)$/,
      /^bin\/(lm\.js|package\.json)$/,
      /^migrations\/\d{4}_\w+\.sql$/,
      /^dist\/([\w-]+\.c?js|(LICENCES|help)\.txt|chunks\/[\w-]+\.js|scaffold\/(gitignore|sync\.mjs))$/,
      /^dist\/types\/[\w/-]+\.d\.ts$/,
      /^dist\/dashboard\/(index\.html|app\.js|app\.css|preact\.LICENSE|uplot\.LICENSE)$/,
      /^schemas\/[\w-]+\.schema\.json$/,
    ],
  },
] as const;

interface Packed {
  readonly unpackedSize: number;
  readonly files: readonly { readonly path: string }[];
}

describe.each(PACKAGES)('the tarball of $folder', ({ folder, kB, allowed }) => {
  const flags = ['pack', '--json', '--dry-run', '--ignore-scripts'];
  const [packed] = JSON.parse(
    execFileSync('npm', flags, {
      cwd: join(root, folder),
      env: { ...process.env, ...npmEnv() },
      encoding: 'utf8',
      shell: process.platform === 'win32',
    }),
  ) as [Packed];

  it('contains only the files that users need', () => {
    const others = packed.files
      .map(({ path }) => path)
      .filter((path) => !allowed.some((one) => one.test(path)));
    expect(others).toEqual([]);
    for (const one of allowed) {
      expect(
        packed.files.some(({ path }) => one.test(path)),
        String(one),
      ).toBe(true);
    }
  });

  it(`stays under ${kB} kB`, () => {
    expect(packed.unpackedSize).toBeLessThan(kB * 1000);
  });
});

// One text with the licences of all packages in a bundle. It is published with the bundle.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/**
 * @param {import('esbuild').Metafile[]} metafiles of the builds
 * @param {string} base the folder that their paths are relative to
 * @throws Error if a package in the bundle has no licence
 */
export function licencesOf(metafiles, base) {
  const folders = new Set();
  for (const { outputs } of metafiles) {
    for (const { inputs } of Object.values(outputs)) {
      for (const [path, { bytesInOutput }] of Object.entries(inputs)) {
        // Modules from our own plugin have a prefix; the package itself is listed too.
        const isFile = !/^[\w-]+:/.test(path);
        if (bytesInOutput > 0 && isFile && path.includes('node_modules/'))
          folders.add(packageFolder(join(base, path)));
        // It contains TypeScript, which is not in any path.
        if (path.includes('@ts-morph/common/')) folders.add(join(base, 'node_modules/typescript'));
      }
    }
  }
  const texts = new Set([...folders].map(licenceOf));
  const rule = '-'.repeat(80);
  const parts = [...texts].sort().map((text) => `\n${rule}\n${text}\n`);
  return `This program contains code of these packages.\n${parts.join('')}`;
}

/** The nearest folder above with a manifest that has a name and a version. */
function packageFolder(file) {
  for (let folder = dirname(file); ; folder = dirname(folder)) {
    const manifest = join(folder, 'package.json');
    if (existsSync(manifest)) {
      const { name, version } = JSON.parse(readFileSync(manifest, 'utf8'));
      if (name && version) return folder;
    }
  }
}

function licenceOf(folder) {
  const { name, version, license } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  const texts = readdirSync(folder).filter((file) => /^(licen[cs]e|notice|third-?party-?notice)/i.test(file));
  if (!license && texts.length === 0) throw new Error(`${name} ${version} has no licence.`);
  const words = texts.map((file) => readFileSync(join(folder, file), 'utf8').trim());
  return [`${name} ${version} (${license})`, ...words].join('\n\n');
}

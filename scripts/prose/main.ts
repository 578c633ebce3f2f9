import { isBelow, passagesOf, proseFiles } from './files.js';
import { complaintsAbout } from './judge.js';
import { readabilityTable } from './readability.js';

/** @returns the exit code: 1 if there is a complaint */
export function main(words: readonly string[]): number {
  const paths = words.filter((word) => !word.startsWith('--'));
  const files = proseFiles().filter(
    (file) => paths.length === 0 || paths.some((path) => isBelow(file, path)),
  );
  const since = words.find((word) => word.startsWith('--since='));
  if (since) {
    const pages = files.filter((file) => file.endsWith('.md'));
    console.log(readabilityTable(pages, since.slice('--since='.length)));
    return 0;
  }
  const passages = files.flatMap(passagesOf);
  if (words.includes('--strings')) {
    for (const { file, line, kind, text } of passages) console.log(`${file}:${line} [${kind}] ${text}`);
    return 0;
  }
  const complaints = passages.flatMap(complaintsAbout);
  for (const { file, line, text, advice } of complaints)
    console.log(`${file}:${line}\n  ${text}\n  ${advice}`);
  console.log(`${complaints.length} complaints in ${files.length} files`);
  return complaints.length > 0 ? 1 : 0;
}

/**
 * Runs in a separate Node with the project's Prettier, version 2 or 3. It prints one JSON list after a record
 * separator: each formatted text, or null if Prettier ignores the file or can't read it.
 */
export const PRETTIER_SCRIPT = `
const [entry, ignores] = process.argv.slice(1);
const texts = JSON.parse(require('node:fs').readFileSync(0, 'utf8'));
const loaded = entry.endsWith('.mjs') ? import(require('node:url').pathToFileURL(entry).href) : require(entry);
const layOut = async (prettier, { path, text }) => {
  try {
    for (const ignorePath of JSON.parse(ignores))
      if ((await prettier.getFileInfo(path, { ignorePath })).ignored) return null;
    const options = await prettier.resolveConfig(path, { editorconfig: true });
    return await prettier.format(text, { ...options, filepath: path });
  } catch {
    return null;
  }
};
(async () => {
  const all = [];
  const prettier = await loaded;
  for (const one of texts) all.push(await layOut(prettier, one));
  process.stdout.write('\\u001e' + JSON.stringify(all), () => process.exit(0));
})();
`;

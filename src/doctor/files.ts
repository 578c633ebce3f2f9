import { type Diagnosis, notice, wrong } from './diagnosis.js';
import { type Situation, wants } from './situation.js';

/** Findings of discovery that mean that another file runs than the one you edit. */
const OTHER_FILE = new Set([
  'wrangler/config-shadowed',
  'wrangler/config-example',
  'wrangler/redirect-elsewhere',
  'wrangler/redirect-broken',
  'wrangler/redirected',
]);

/** Folders that builds write to. */
const BUILT = /(?:^|\/)(?:dist|build|out|\.output)\//;

/** Checks that the traced code is the code that runs. */
export function checkFiles(situation: Situation): Diagnosis[] {
  return [
    ...situation.notes
      .filter(({ rule }) => OTHER_FILE.has(rule))
      .map((finding) => (finding.level === 'error' ? wrong : notice)('files', finding)),
    ...(wants(situation, 'langfuse') ? [...checkEntry(situation), ...checkUnreached(situation)] : []),
  ];
}

function checkEntry({ entry }: Situation): Diagnosis[] {
  if (entry === undefined) return [];
  const isBuilt = BUILT.test(entry.path);
  if (!entry.exists) {
    return isBuilt
      ? [
          notice('files', {
            message: `The entry ${entry.path} is a build output that does not exist yet.`,
            fix: 'Build before you run or deploy.',
          }),
        ]
      : [
          wrong('files', {
            message: `The entry ${entry.path} does not exist.`,
            fix: 'Correct main in the Wrangler config.',
          }),
        ];
  }
  if (!isBuilt || entry.isTraced) return [];
  return [
    wrong('files', {
      message: `The entry ${entry.path} is a build without tracing: it is older than the set-up.`,
      fix: 'Build again, then run or deploy.',
    }),
  ];
}

function checkUnreached({ plan }: Situation): Diagnosis[] {
  const tools = plan.workers.flatMap((worker) => worker.tools).filter((tool) => tool.status === 'ignored');
  const [first] = tools;
  if (first === undefined) return [];
  const files = [...new Set(tools.map(({ file }) => file))];
  const more = files.length > 1 ? ` and ${files.length - 1} more` : '';
  return [
    notice('files', {
      message: `Tools that the entry does not import are not traced: "${first.name}" in ${first.file}${more}.`,
      fix: 'If they run: npx create-something-observe init --all-files',
    }),
  ];
}

import { applyChanges } from '../../src/apply/apply.js';
import { planTools } from '../../src/plan/tools/plan-tools.js';
import { Disk } from '../../src/project/disk.js';
import { readProject } from '../../src/project/read-project.js';
import { CANDIDATE } from '../../src/tools/candidate.js';

/** The layer 2 part of `init`, once: find the files, plan, write. */
const [dir = ''] = process.argv.slice(2);
const project = readProject(dir, { filter: CANDIDATE, root: dir, disk: new Disk() });
const plan = planTools(project.sources, {
  fallbackName: project.name,
  aiBinding: project.aiBinding,
  tasks: new Map(),
  includeUnreachable: false,
});
applyChanges(project.dir, project.root, plan.changes);

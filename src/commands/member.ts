import type { Project } from '../project/project.js';

/** One Worker that a command is about. */
export interface Member {
  readonly project: Project;
  /** Its folder, relative to the base, with `/`. */
  readonly dir: string;
}

import type { ProjectSnapshot } from '../project/snapshot.js';

/** One Worker that a command is about. */
export interface Member {
  readonly project: ProjectSnapshot;
  /** Its folder, relative to the base, with `/`. */
  readonly dir: string;
}

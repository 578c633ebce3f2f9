import { BaseSequencer, type TestSpecification } from 'vitest/node';

/**
 * The end-to-end tests take longest, so they start first. Otherwise one of them runs alone at the end while the other
 * cores wait. Vitest sorts the others by size if it has no times of an earlier run.
 */
export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    const isLong = ({ project }: TestSpecification) => project.name === 'e2e';
    return [...sorted.filter(isLong), ...sorted.filter((file) => !isLong(file))];
  }
}

import { LoomError } from '../../errors.js';
import type { SavedViews } from '../contract/saved-views.js';
import type { View } from './view.js';

export const savedViews: View<'saved-views'> = async ({ home }): Promise<SavedViews> => {
  try {
    return { rows: await home.savedViews(), problem: null };
  } catch (error) {
    if (error instanceof LoomError) {
      return { rows: [], problem: `${error.message} ${error.fix}` };
    }
    throw error;
  }
};

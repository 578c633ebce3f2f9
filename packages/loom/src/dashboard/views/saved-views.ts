import { dirname } from 'node:path';
import { LoomError } from '../../errors.js';
import type { SavedViews } from '../contract/saved-views.js';
import { readSavedViews } from '../saved-views.js';
import type { View } from './view.js';

export const savedViews: View<'saved-views'> = ({ db }): SavedViews => {
  try {
    return { rows: readSavedViews(dirname(db.path)), problem: null };
  } catch (error) {
    if (error instanceof LoomError) {
      return { rows: [], problem: `${error.message} ${error.fix}` };
    }
    throw error;
  }
};

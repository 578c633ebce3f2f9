import { Refused } from '../http/refused.js';
import { json, type Reply, type RouteRequest } from '../http/route.js';
import { jsonOrUndefined } from '../json-values.js';
import { SavedViewChange } from './contract/saved-views.js';
import { answerView } from './routes.js';
import { type ViewContext, ViewError } from './views/view.js';

/** Maximum size of a change of the saved views, in bytes. */
export const CHANGE_BYTES = 10_000;

/** The change in a request. Only JSON is accepted: another site's form can't send it without a preflight. */
export async function changeOf({ headers, body }: RouteRequest): Promise<SavedViewChange> {
  if (!/^application\/json\b/.test(headers.get('content-type') ?? '')) {
    throw new Refused(415, 'Send JSON.');
  }
  const read = SavedViewChange.safeParse(jsonOrUndefined(new TextDecoder().decode(await body())));
  if (!read.success) {
    throw new Refused(400, 'A view needs a name of 1 to 80 characters, and a query of at most 4000.');
  }
  return read.data;
}

/** The answer of the view at an address. */
export async function viewReply(context: ViewContext, url: URL): Promise<Reply> {
  try {
    return json(200, await answerView(context, url.pathname.slice('/view/'.length), url.searchParams));
  } catch (error) {
    throw error instanceof ViewError ? new Refused(error.status, error.message) : error;
  }
}

import { LoomError } from '../errors.js';
import { opens } from '../http/guard.js';
import type { PageSessions } from '../http/page-sessions.js';
import { Refused } from '../http/refused.js';
import { type Asked, json, type Reply, type Route } from '../http/route.js';
import type { Asset } from './assets.js';
import { SavedViewChange } from './contract/saved-views.js';
import type { Home } from './home.js';
import type { Live } from './live.js';
import { answerView, runView } from './routes.js';
import { signInPage } from './sign-in-page.js';
import { type ViewContext, ViewError } from './views/view.js';

const CHANGE_BYTES = 10_000;

export interface PageOptions {
  readonly live: Live;
  readonly assets: ReadonlyMap<string, Asset>;
  readonly pages: PageSessions;
  readonly context: Omit<ViewContext, 'now'>;
  readonly now: () => number;
}

/** The page and what it asks for. All that it can change is which views of the traces are saved. */
export function pageRoutes({ live, assets, pages, context, now }: PageOptions): Route[] {
  const page = { method: 'GET', access: 'page', maxBytes: 0 } as const;
  return [
    {
      ...page,
      path: '/',
      access: 'sign-in',
      refusal: (_headers, message) => ({ type: 'text/html; charset=utf-8', body: signInPage(message) }),
      answer: (asked) => (opens(asked.url) ? signIn(pages, asked) : answerAsset(assets.get('/index.html'))),
    },
    {
      ...page,
      path: '/view/live',
      answer: () => ({
        status: 200,
        type: 'text/event-stream',
        stream: (response) => {
          live.listen(response);
        },
      }),
    },
    {
      ...page,
      method: 'POST',
      path: '/change/saved-views',
      maxBytes: CHANGE_BYTES,
      answer: async (asked) => {
        await changeSavedViews(context.home, await changeOf(asked));
        return json(200, await runView({ ...context, now: now() }, 'saved-views'));
      },
    },
    { ...page, path: '/view/*', answer: ({ url }) => view({ ...context, now: now() }, url) },
    ...[...assets].map(([path, asset]) => ({ ...page, path, answer: () => answerAsset(asset) })),
  ];
}

/** Takes the token out of the address bar and the browser's history, and turns it into a session. */
function signIn(pages: PageSessions, { headers, url }: Asked): Reply {
  const host = headers.get('host') ?? '';
  const detour = url.searchParams.has('ticket') ? undefined : pages.detour(host);
  if (detour !== undefined) {
    return { status: 303, headers: { location: detour } };
  }
  return { status: 303, headers: { location: '/', 'set-cookie': pages.cookie(host) } };
}

/** JSON alone: a form of another page can't send it without being asked first. */
async function changeOf({ headers, body }: Asked): Promise<SavedViewChange> {
  if (!/^application\/json\b/.test(headers.get('content-type') ?? '')) {
    throw new Refused(415, 'Send JSON.');
  }
  const read = SavedViewChange.safeParse(parsed(new TextDecoder().decode(await body())));
  if (!read.success) {
    throw new Refused(400, 'A view needs a name of 1 to 80 characters, and a query of at most 4000.');
  }
  return read.data;
}

async function changeSavedViews(home: Home, change: SavedViewChange): Promise<void> {
  try {
    await home.changeSavedViews(change);
  } catch (error) {
    throw error instanceof LoomError ? new Refused(409, `${error.message} ${error.fix}`) : error;
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

async function view(context: ViewContext, url: URL): Promise<Reply> {
  try {
    return json(200, await answerView(context, url.pathname.slice('/view/'.length), url.searchParams));
  } catch (error) {
    if (error instanceof ViewError) {
      throw new Refused(error.status, error.message);
    }
    throw new Refused(500, `The dashboard failed: ${(error as Error).message}`);
  }
}

function answerAsset(asset: Asset | undefined): Reply {
  if (!asset) {
    throw new Refused(404, 'There is nothing here.');
  }
  return { status: 200, type: asset.type, body: asset.body };
}

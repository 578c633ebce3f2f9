import { LoomError } from '../errors.js';
import { hasCredential } from '../http/guard.js';
import type { PageSessions } from '../http/page-sessions.js';
import { Refused } from '../http/refused.js';
import { json, type Reply, type Route, type RouteRequest } from '../http/route.js';
import type { Asset } from './assets.js';
import type { SavedViewChange } from './contract/saved-views.js';
import type { Home } from './home.js';
import type { Live } from './live.js';
import { CHANGE_BYTES, changeOf, viewReply } from './page-answers.js';
import { runView } from './routes.js';
import { signInPage } from './sign-in-page.js';
import type { ViewContext } from './views/view.js';

export interface PageOptions {
  readonly live: Live;
  readonly assets: ReadonlyMap<string, Asset>;
  readonly pages: PageSessions;
  readonly context: Omit<ViewContext, 'now'>;
  readonly now: () => number;
}

/** Routes of the page and its views. The page can only change the saved views. */
export function pageRoutes({ live, assets, pages, context, now }: PageOptions): Route[] {
  const page = { method: 'GET', access: 'page', maxBytes: 0 } as const;
  return [
    {
      ...page,
      path: '/',
      access: 'sign-in',
      refusal: (_headers, message) => ({ type: 'text/html; charset=utf-8', body: signInPage(message) }),
      answer: (asked) =>
        hasCredential(asked.url) ? signIn(pages, asked) : answerAsset(assets.get('/index.html')),
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

/** Removes the token from the address bar and the browser's history, and starts a session. */
function signIn(pages: PageSessions, { headers, url }: RouteRequest): Reply {
  const host = headers.get('host') ?? '';
  const detour = url.searchParams.has('ticket') ? undefined : pages.redirectFor(host);
  if (detour !== undefined) {
    return { status: 303, headers: { location: detour } };
  }
  return { status: 303, headers: { location: '/', 'set-cookie': pages.cookie(host) } };
}

async function changeSavedViews(home: Home, change: SavedViewChange): Promise<void> {
  try {
    await home.changeSavedViews(change);
  } catch (error) {
    throw error instanceof LoomError ? new Refused(409, `${error.message} ${error.fix}`) : error;
  }
}

async function view(context: ViewContext, url: URL): Promise<Reply> {
  try {
    return await viewReply(context, url);
  } catch (error) {
    throw error instanceof Refused
      ? error
      : new Refused(500, `The dashboard failed: ${(error as Error).message}`);
  }
}

function answerAsset(asset: Asset | undefined): Reply {
  if (!asset) {
    throw new Refused(404, 'Not found.');
  }
  return { status: 200, type: asset.type, body: asset.body };
}

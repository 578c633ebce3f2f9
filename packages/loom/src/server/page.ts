import { SavedViewChange } from '../dashboard/contract/saved-views.js';
import { answerView, runView } from '../dashboard/routes.js';
import { type ViewContext, ViewError } from '../dashboard/views/view.js';
import { Refused } from '../http/refused.js';
import { json, type Reply, type Route } from '../http/route.js';
import { PAGE_FILES } from './page-files.js';

const CHANGE_BYTES = 10_000;
/** Tells the page's code to listen by a WebSocket. */
const SOCKET = '<meta name="loom-live" content="socket">';

/** The page and what it asks for. */
export function pageRoutes(context: ViewContext, hasSocket: boolean): Route[] {
  const page = { method: 'GET', access: 'page', maxBytes: 0 } as const;
  return [
    ...Object.entries(PAGE_FILES).map(([path, { type, text }]): Route => {
      const isIndex = path === '/index.html';
      const body = isIndex && hasSocket ? text.replace('</head>', `${SOCKET}</head>`) : text;
      return { ...page, path: isIndex ? '/' : path, answer: () => ({ status: 200, type, body }) };
    }),
    { ...page, path: '/view/*', answer: ({ url }) => view(context, url) },
    {
      ...page,
      method: 'POST',
      path: '/change/saved-views',
      maxBytes: CHANGE_BYTES,
      answer: async ({ headers, body }) => {
        if (!/^application\/json\b/.test(headers.get('content-type') ?? '')) {
          throw new Refused(415, 'Send JSON.');
        }
        const read = SavedViewChange.safeParse(parsed(new TextDecoder().decode(await body())));
        if (!read.success) {
          throw new Refused(400, 'A view needs a name of 1 to 80 characters, and a query of at most 4000.');
        }
        await context.home.changeSavedViews(read.data);
        return json(200, await runView(context, 'saved-views'));
      },
    },
  ];
}

async function view(context: ViewContext, url: URL): Promise<Reply> {
  try {
    return json(200, await answerView(context, url.pathname.slice('/view/'.length), url.searchParams));
  } catch (error) {
    throw error instanceof ViewError ? new Refused(error.status, error.message) : error;
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

import { useEffect, useRef, useState } from 'preact/hooks';
import { Firing } from './firing.js';
import { absolute } from './format.js';
import { HelpDialog } from './help.js';
import { bindKeys } from './keys.js';
import { type LiveState, useLiveState } from './live.js';
import { PAGE_GROUPS } from './navigation.js';
import { PageGuard } from './page-guard.js';
import { Icon } from './parts/icon.js';
import { href, usePlace } from './router.js';
import { pageAt } from './routes.js';
import { report, signOut } from './source.js';
import { useTheme } from './theme.js';
import { useView } from './use-view.js';

const LIVE_WORDS: Readonly<Record<LiveState, string>> = {
  report: 'Report',
  connecting: 'Connecting',
  live: 'Live',
  gone: 'Not connected',
};

export function Shell() {
  const { path } = usePlace();
  const [isMenuOpen, setMenuOpen] = useState(false);
  const help = useRef<HTMLDialogElement>(null);
  const main = useRef<HTMLElement>(null);
  const live = useLiveState();
  const address = path.join('/');
  const { name, page } = pageAt(path);

  useEffect(() => bindKeys(() => help.current?.showModal()), []);
  useEffect(() => {
    document.title = `${name} · Loom`;
  }, [name]);
  const isFirst = useRef(true);
  useEffect(() => {
    setMenuOpen(false);
    if (!isFirst.current) main.current?.focus({ preventScroll: true });
    isFirst.current = false;
  }, [address]);

  return (
    <>
      {/* biome-ignore lint/a11y/useValidAnchor: it is one; only its hash must not become the page's address */}
      <a
        class="skip"
        href="#main"
        onClick={(event) => {
          event.preventDefault();
          main.current?.focus();
        }}
      >
        Skip to content
      </a>
      <header class="bar">
        <a class="brand" href={href([])}>
          <Logo />
          <span>
            Loom <small>create-something-observe</small>
          </span>
        </a>
        <button
          type="button"
          class="menu-button"
          aria-expanded={isMenuOpen}
          aria-controls="nav"
          onClick={() => setMenuOpen(!isMenuOpen)}
        >
          <Icon name={isMenuOpen ? 'close' : 'menu'} /> Menu
        </button>
        <Nav page={path[0] ?? ''} isOpen={isMenuOpen} />
        <div class="bar-end">
          <output class={`live ${live}`} title={report ? `Made ${absolute(report.madeAt)}` : undefined}>
            <span class="dot" aria-hidden="true" />
            {LIVE_WORDS[live]}
          </output>
          <ThemeButton />
          <button type="button" class="quiet help-button" onClick={() => help.current?.showModal()}>
            <Icon name="keys" /> Keys <kbd>?</kbd>
          </button>
          {signOut && (
            <a class="sign-out" href={signOut}>
              Sign out
            </a>
          )}
        </div>
      </header>
      <main id="main" tabIndex={-1} ref={main}>
        {report?.cut && <p class="notice warn">{report.cut}</p>}
        <Firing />
        {live === 'gone' && (
          <p class="notice warn">
            <Icon name="warn" /> The dashboard does not answer, so this data may be out of date. Retrying
            every few seconds.{' '}
            {!signOut && (
              <>
                To start it: <code>lm dashboard</code>
              </>
            )}
          </p>
        )}
        <PageGuard key={address}>{page}</PageGuard>
      </main>
      <HelpDialog dialog={help} />
    </>
  );
}

function Nav({ page, isOpen }: { page: string; isOpen: boolean }) {
  const filled = useView('filled').data;
  // Pages without content are hidden, except the current page.
  const groups = PAGE_GROUPS.map(({ name, pages }) => ({
    name,
    pages: pages.filter(({ path, needs }) => !needs || path === page || needs.some((name) => filled?.[name])),
  })).filter(({ pages }) => pages.length > 0);
  return (
    <nav id="nav" class={isOpen ? 'open' : ''} aria-label="Pages">
      {groups.map((group) => (
        <div key={group.name}>
          {group.name && <p>{group.name}</p>}
          <ul>
            {group.pages.map(({ path, name, icon }) => (
              <li key={path}>
                <a href={href(path ? [path] : [])} aria-current={page === path ? 'page' : undefined}>
                  <Icon name={icon} /> {name}
                </a>
              </li>
            ))}
          </ul>
        </div>
      ))}
    </nav>
  );
}

function ThemeButton() {
  const { theme, next, turn } = useTheme();
  return (
    <button type="button" class="quiet theme-button" onClick={turn} title={`Switch to ${next}`}>
      <Icon name="theme" /> <span class="spoken">Theme: </span>
      <span class="theme-word">{theme === 'system' ? 'Auto' : theme === 'dark' ? 'Dark' : 'Light'}</span>
    </button>
  );
}

/** Warp and weft threads. */
function Logo() {
  return (
    <svg class="logo" viewBox="0 0 16 16" aria-hidden="true">
      <rect width="16" height="16" rx="4" />
      <path d="M4.5 4v8M8 4v8M11.5 4v8M3 6.25h10M3 9.75h10" />
    </svg>
  );
}

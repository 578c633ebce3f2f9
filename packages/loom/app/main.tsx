import { render } from 'preact';
import { startLive } from './live.js';
import { keepScroll } from './router.js';
import { Shell } from './shell.js';
import { applySavedTheme } from './theme.js';

applySavedTheme();
keepScroll();
startLive();
const root = document.getElementById('app');
if (root) render(<Shell />, root);

import { existsSync } from 'node:fs';
import { type Browser, chromium as driver } from 'playwright-core';

/** Paths of Chromium on Debian, Ubuntu, GitHub's runners, macOS and Windows. */
const PLACES = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
  'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
];

/** The browser for the dashboard's tests. Without one, they are skipped. `CHROMIUM_PATH` selects another. */
export const chromium = [process.env['CHROMIUM_PATH'] ?? PLACES].flat().find(existsSync);

export function launch(): Promise<Browser> {
  // As root, such as in a container, Chromium does not start with its sandbox.
  const args = process.getuid?.() === 0 ? ['--no-sandbox'] : [];
  return driver.launch({ ...(chromium ? { executablePath: chromium } : {}), args });
}

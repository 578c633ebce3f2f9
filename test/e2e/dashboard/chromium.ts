import { existsSync } from 'node:fs';
import { type Browser, chromium as driver } from 'playwright-core';

/** Where Debian, Ubuntu, GitHub's runners, macOS and Windows keep a Chromium. */
const PLACES = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
  'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
];

/** The browser that the dashboard's tests drive; without one they are left out. `CHROMIUM_PATH` names another. */
export const chromium = [process.env['CHROMIUM_PATH'] ?? PLACES].flat().find(existsSync);

export function launch(): Promise<Browser> {
  // As root, as in a container, Chromium does not start in its sandbox.
  const args = process.getuid?.() === 0 ? ['--no-sandbox'] : [];
  return driver.launch({ ...(chromium ? { executablePath: chromium } : {}), args });
}

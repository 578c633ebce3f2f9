const { stderr, env } = process;
const isMoving = stderr.isTTY === true && !env.CI && env.TERM !== 'dumb';
const CLEAR_LINE = '\r\u001b[2K';

/**
 * Prints the current step on stderr at once, and on a terminal also the elapsed seconds.
 * @template T
 * @param {string} what
 * @param {() => Promise<T>} work
 * @returns {Promise<T>}
 */
export async function waiting(what, work) {
  if (!isMoving) {
    console.error(what);
    return work();
  }
  const began = Date.now();
  const line = () => `${CLEAR_LINE}${what} … ${Math.round((Date.now() - began) / 1000)} s`;
  stderr.write(line());
  const timer = setInterval(() => stderr.write(line()), 1000);
  try {
    return await work();
  } finally {
    clearInterval(timer);
    stderr.write(`${line()}\n`);
  }
}

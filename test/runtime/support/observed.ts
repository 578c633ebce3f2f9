import { getClient, initObservability, type ObservabilityOptions } from '@create-something/observability';
import { afterAll, beforeAll, beforeEach } from 'vitest';
import { type Langfuse, startLangfuse } from './langfuse.js';

/** In a file of tests: a server, and the runtime in this process set to send to it. */
export function observed(defaults: ObservabilityOptions = {}) {
  const on = {
    langfuse: undefined as unknown as Langfuse,
    init(options: ObservabilityOptions = {}) {
      const keys = { publicKey: 'pk-lf-test', secretKey: 'sk-lf-test', baseUrl: on.langfuse.url };
      initObservability({ ...keys, ...defaults, ...options });
    },
    /** What has arrived once everything that has ended was sent. */
    async spans() {
      await getClient()?.flush();
      return on.langfuse.spans();
    },
    async scores() {
      await getClient()?.flush();
      return on.langfuse.scores();
    },
  };
  beforeAll(async () => {
    on.langfuse = await startLangfuse();
  });
  beforeEach(async () => {
    await getClient()?.flush();
    on.langfuse.received.splice(0);
    on.init();
  });
  afterAll(() => on.langfuse.close());
  return on;
}

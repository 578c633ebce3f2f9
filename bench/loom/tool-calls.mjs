/**
 * Creates tool calls as spans of OTLP/JSON. Each has a model's response and a lookup below it.
 * @param {number} start time of the first call, in Unix ms
 * @param {Record<string, string>} more further attributes of every span
 */
export function toolCalls(start, more = {}) {
  let made = 0;
  return () => {
    made += 1;
    const traceId = made.toString(16).padStart(32, '0');
    const spanId = (n) => (made * 8 + n).toString(16).padStart(16, '0');
    const span = (n, name, attributes, parent) => ({
      traceId,
      spanId: spanId(n),
      ...(parent === undefined ? {} : { parentSpanId: spanId(parent) }),
      name,
      kind: 1,
      startTimeUnixNano: `${start + made + n}000000`,
      endTimeUnixNano: `${start + made + n + 12}250000`,
      attributes: Object.entries({
        'session.id': `session-${made % 1000}`,
        'langfuse.trace.metadata.touchpoint.mcp_server': 'harness-mcp',
        'langfuse.trace.metadata.ai_task.type': 'orchestrate',
        'langfuse.trace.metadata.ai_task.skill': 'get_priority',
        ...more,
        ...attributes,
      }).map(([key, value]) => ({ key, value: { stringValue: value } })),
      status: { code: 0 },
    });
    return [
      span(1, 'harness-mcp:get_priority', {
        'langfuse.observation.type': 'tool',
        'langfuse.observation.input': JSON.stringify({ project: 'loom', limit: made % 50 }),
        'langfuse.observation.output': JSON.stringify({
          content: [{ type: 'text', text: 'x'.repeat(200) }],
        }),
      }),
      span(
        2,
        'claude-completion',
        {
          'langfuse.observation.type': 'generation',
          'langfuse.observation.model.name': 'claude-sonnet-4-20250514',
          'langfuse.observation.usage_details': JSON.stringify({ input: 150, output: 500 }),
          'langfuse.observation.input': JSON.stringify([{ role: 'user', content: 'y'.repeat(400) }]),
          'langfuse.observation.output': 'z'.repeat(400),
        },
        1,
      ),
      span(3, 'lookup', { 'langfuse.observation.type': 'span' }, 1),
    ];
  };
}

/** The package that generated code imports, and its Atlas entry. */
export const RUNTIME = '@create-something/observability';
export const RUNTIME_ATLAS = '@create-something/observability/atlas';

/**
 * Names of parameters that `init` adds to a handler. They are unusual because `remove` deletes parameters with these
 * names, and must not delete one that a person wrote.
 */
export const INPUT_PARAMETER = 'mcpInput';
export const CONTEXT_PARAMETER = 'mcpContext';
/** `{ a, ...mcpRest }`: the arguments that a handler does not name. */
export const REST_BINDING = 'mcpRest';

/** Options of `traceMcpTool` for a handler whose parameters may contain more than the tool's arguments. */
export const CAPTURE_INPUT = 'captureInput';
export const WITHOUT_INPUT = `{ ${CAPTURE_INPUT}: false }`;

/** The name in `observe.json` of a server that was observed before `init`. */
export const OBSERVED_SERVER = 'observeServer';

/** The trace's name inside `run`, and the second choice if the handler already uses `trace`. */
export const TRACE_NAMES = ['trace', 'mcpTrace'] as const;

/** The table of Atlas tasks in a file with a shared site. Its name is unusual for the same reason. */
export const TASKS = 'mcpTasks';

import { amp } from './amp.js';
import { copilot } from './copilot.js';
import type { Format } from './entry.js';
import { gemini } from './gemini.js';
import { opencode } from './opencode.js';
import { pi } from './pi.js';
import { qwen } from './qwen.js';

/** Agents other than Claude Code and Codex, each with its log format. */
export const FORMATS: readonly Format[] = [opencode, gemini, copilot, amp, pi, qwen];

import type { Answer } from '../http/answer.ts';
import type { SandboxRequest } from '../http/sandbox-request.ts';
import type { SandboxCore } from '../sandbox-core.ts';
import { SandboxError } from '../sandbox-error.ts';

export const ADMIN_PREFIX = '/_sandbox';

export type AdminHandler = (core: SandboxCore, request: SandboxRequest) => Answer;

/** The body as JSON; nothing counts as an empty object. */
export function bodyOf(request: SandboxRequest): unknown {
  const text = request.body.toString().trim();
  try {
    return text === '' ? {} : JSON.parse(text);
  } catch (error) {
    const cause = error instanceof Error ? error.message : String(error);
    throw new SandboxError(`the body must be JSON: ${cause}`);
  }
}

/** One thing that `doctor` has looked at. */
export interface Finding {
  readonly check: string;
  readonly level: 'ok' | 'note' | 'warning' | 'error';
  readonly message: string;
  /** What to do; undefined when all is well. */
  readonly cure: string | undefined;
}

export function ok(check: string, message: string): Finding {
  return { check, level: 'ok', message, cure: undefined };
}

export function finding(
  check: string,
  level: Exclude<Finding['level'], 'ok'>,
  message: string,
  cure: string,
): Finding {
  return { check, level, message, cure };
}

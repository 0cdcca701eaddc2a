import { type CodeOf, ERROR_CODES, type ErrorCode, type ErrorEntry, type ErrorKind } from './error-codes.ts';

interface ErrorOptions {
  /** What to do next, when the catalogue's cure can be said better for this case. */
  readonly hint?: string;
  readonly cause?: unknown;
}

/** A failed operation. Bad rows are values (`Fault`, `Reject`), never exceptions. */
export abstract class MillraceError extends Error {
  abstract readonly kind: ErrorKind;
  readonly code: ErrorCode;
  readonly hint: string;

  constructor(code: ErrorCode, message: string, options: ErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = new.target.name;
    this.code = code;
    this.hint = options.hint ?? this.entry.cure;
  }

  get exitCode(): number {
    return this.entry.exitCode;
  }

  get retry(): boolean {
    return this.entry.retry;
  }

  private get entry(): ErrorEntry {
    return ERROR_CODES[this.code];
  }
}

/** The user must act: a file, an option, a plan. */
export class ContractError extends MillraceError {
  readonly kind = 'contract';

  constructor(code: CodeOf<'contract'>, message: string, options?: ErrorOptions) {
    super(code, message, options);
  }
}

/** MySQL, or the way to it, must be looked at. */
export class SourceError extends MillraceError {
  readonly kind = 'source';

  constructor(code: CodeOf<'source'>, message: string, options?: ErrorOptions) {
    super(code, message, options);
  }
}

/** Customer.io, or the way to it, must be looked at. */
export class DestinationError extends MillraceError {
  readonly kind = 'destination';

  constructor(code: CodeOf<'destination'>, message: string, options?: ErrorOptions) {
    super(code, message, options);
  }
}

/** The state file, its disk or its lease must be looked at. */
export class StateError extends MillraceError {
  readonly kind = 'state';

  constructor(code: CodeOf<'state'>, message: string, options?: ErrorOptions) {
    super(code, message, options);
  }
}

/** We must act. */
export class BugError extends MillraceError {
  readonly kind = 'bug';

  constructor(message: string, options?: ErrorOptions) {
    super('bug', message, options);
  }
}

interface LocalServerErrorOptions {
  /** What to do next, as a command or a setting wherever there is one. */
  readonly hint: string;
  readonly cause?: unknown;
}

/** No local MySQL or MariaDB server could be found, unpacked or started. The message says what, the hint what to do. */
export class LocalServerError extends Error {
  readonly hint: string;

  constructor(message: string, options: LocalServerErrorOptions) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'LocalServerError';
    this.hint = options.hint;
  }
}

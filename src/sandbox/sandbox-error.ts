/** What a sandbox cannot do as it was asked: its options, files or port. The message says what would work. */
export class SandboxError extends Error {
  override readonly name = 'SandboxError';
}

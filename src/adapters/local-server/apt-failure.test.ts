import { describe, expect, it } from 'vitest';
import { aptError, classifyAptFailure } from './apt-failure.ts';

describe('classifyAptFailure', () => {
  it.each([
    ["W: Failed to fetch http://x/InRelease  Temporary failure resolving 'x'", 'network'],
    ['E: Failed to fetch http://x/y.deb  Could not connect to 127.0.0.1:1 (127.0.0.1).', 'network'],
    ["E: The repository 'http://mirror.example/debian sid Release' does not have a Release file.", 'suite'],
    ['E: Unable to locate package mysql-server-core', 'package'],
    ["E: You don't have enough free space in /cache/archives/.", 'disk'],
    [
      'E: Failed to fetch http://x/y.deb  Error writing to file - write (28: No space left on device)',
      'disk',
    ],
    [
      "W: GPG error: http://x sid InRelease: The following signatures couldn't be verified: NO_PUBKEY 6ED0E7B8",
      'signature',
    ],
    ['E: Could not get lock /c/lists/lock. It is held by process 12 (apt-get)', 'locked'],
    ['E: Something new', 'other'],
  ])('%s', (output, failure) => {
    expect(classifyAptFailure(output)).toBe(failure);
  });
});

describe('aptError', () => {
  it('shows the errors, not the noise, and a cure', () => {
    const error = aptError('fetch the package lists', 'Ign:1 http://x sid\nE: Unable to connect to x:80\n');
    expect(error.message).toBe('apt-get could not fetch the package lists: E: Unable to connect to x:80');
    expect(error.hint).toMatch(/Check the network.*MILLRACE_DEMO_MYSQL/);
  });
});

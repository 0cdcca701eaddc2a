import { describe, expect, it } from 'vitest';
import { formatServerUrl, parseServerUrl } from './server-url.ts';

describe('server URLs', () => {
  it.each([
    { host: '127.0.0.1', port: 33080, user: 'millrace', password: 'p@ss/w:rd%,' },
    { host: 'db.example', port: 3306, user: 'ä b', password: '' },
    { host: '::1', port: 3307, user: 'u', password: 'p' },
  ])('say the same after writing and reading: $host', (address) => {
    expect(parseServerUrl(formatServerUrl(address), 'X')).toEqual(address);
  });

  it('default to port 3306', () => {
    expect(parseServerUrl('mysql://u:p@h', 'X').port).toBe(3306);
  });

  it.each(['', 'localhost:3306', 'postgres://u:p@h', 'mysql://h:3306'])(
    'refuse %s without repeating it',
    (url) => {
      expect(() => parseServerUrl(url, 'MILLRACE_DEMO_MYSQL')).toThrow(
        /^MILLRACE_DEMO_MYSQL is not a server's URL\.$/,
      );
    },
  );
});

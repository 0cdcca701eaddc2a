import { describe, expect, it } from 'vitest';
import { parseNamedServers } from './named-servers.ts';

describe('parseNamedServers', () => {
  it('tells programs from URLs', () => {
    expect(parseNamedServers('/usr/sbin/mysqld, mysql://u:p@h:1 ,/opt/mariadbd')).toEqual({
      programs: ['/usr/sbin/mysqld', '/opt/mariadbd'],
      urls: ['mysql://u:p@h:1'],
    });
  });

  it('names nothing when unset or empty', () => {
    expect(parseNamedServers(undefined)).toBeUndefined();
    expect(parseNamedServers(' , ')).toBeUndefined();
  });
});

import { describe, expect, it } from 'vitest';
import { cacheDirectory } from './cache-directory.ts';

describe('cacheDirectory', () => {
  it('takes the first that is set: our variable, the XDG folder, the home', () => {
    const all = { MILLRACE_CACHE: '/own', XDG_CACHE_HOME: '/xdg', HOME: '/home/ada' };
    expect(cacheDirectory(all)).toBe('/own');
    expect(cacheDirectory({ ...all, MILLRACE_CACHE: '' })).toBe('/xdg/millrace');
    expect(cacheDirectory({ HOME: '/home/ada' })).toBe('/home/ada/.cache/millrace');
  });

  it('passes over a relative XDG folder, as its rules say', () => {
    expect(cacheDirectory({ XDG_CACHE_HOME: 'cache', HOME: '/home/ada' })).toBe('/home/ada/.cache/millrace');
  });

  it('says what to set when there is no place', () => {
    expect(() => cacheDirectory({})).toThrow(/neither MILLRACE_CACHE nor HOME/);
  });
});

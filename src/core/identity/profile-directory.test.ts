import { describe, expect, it } from 'vitest';
import { ProfileDirectory } from './profile-directory.ts';

function directoryOf(...people: readonly (readonly [id: string | undefined, email: string | undefined])[]) {
  const directory = new ProfileDirectory(7);
  for (const [id, email] of people) directory.add([{ id, email, cioId: 'c' }]);
  return directory;
}

describe('a directory of profiles', () => {
  const directory = directoryOf(
    ['1', 'anna@x.example'],
    ['2', undefined],
    [undefined, 'guest@x.example'],
    ['a-rather-long-identifier', 'Long@X.example'],
  );

  it.each([
    ['nobody has either', '9', 'new@x.example', true],
    ['both belong to one person', '1', 'anna@x.example', true],
    ['in whatever case', 'a-rather-long-identifier', 'long@x.EXAMPLE', true],
    ['the address belongs to another id', '9', 'anna@x.example', false],
    ['the address belongs to somebody without an id', '9', 'guest@x.example', false],
    ['the id has another address', '1', 'new@x.example', false],
    ['the id has no address', '2', 'new@x.example', false],
    ['there is no id, and the address is free', undefined, 'new@x.example', true],
    ['there is no id, and the address is not free', undefined, 'anna@x.example', false],
  ])('%s', (_, id, email, isFree) => {
    expect(directory.isFree(id, email)).toBe(isFree);
  });

  it('an empty one knows nobody', () => {
    expect(directoryOf().isFree('1', 'anna@x.example')).toBe(true);
  });
});

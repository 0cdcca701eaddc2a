import { describe, expect, it } from 'vitest';
import { formatSources, parseClassicSources, parseDeb822Sources } from './apt-sources.ts';

const DEBIAN_SOURCES = `
Types: deb
# http://snapshot.debian.org/archive/debian/20250520T000000Z
URIs: http://deb.debian.org/debian
Suites: bookworm bookworm-updates
Components: main
Signed-By: /usr/share/keyrings/debian-archive-keyring.gpg

Types: deb deb-src
URIs: http://deb.debian.org/debian-security https://mirror.example/debian-security
Suites: bookworm-security
Components: main contrib
`;

describe('parseDeb822Sources', () => {
  it('reads every stanza of the file that Debian images ship', () => {
    expect(parseDeb822Sources(DEBIAN_SOURCES)).toEqual([
      {
        uris: ['http://deb.debian.org/debian'],
        suites: ['bookworm', 'bookworm-updates'],
        components: ['main'],
        signedBy: '/usr/share/keyrings/debian-archive-keyring.gpg',
      },
      {
        uris: ['http://deb.debian.org/debian-security', 'https://mirror.example/debian-security'],
        suites: ['bookworm-security'],
        components: ['main', 'contrib'],
      },
    ]);
  });

  it('leaves out disabled stanzas, source packages and stanzas without an address', () => {
    const stanza = 'URIs: http://a.example\nSuites: noble\nComponents: main\n';
    expect(parseDeb822Sources(`Enabled: no\nTypes: deb\n${stanza}`)).toEqual([]);
    expect(parseDeb822Sources(`Types: deb-src\n${stanza}`)).toEqual([]);
    expect(parseDeb822Sources('Types: deb\nSuites: noble\nComponents: main\n')).toEqual([]);
    expect(parseDeb822Sources('')).toEqual([]);
  });

  it('takes field names in any case and values that go over several lines', () => {
    const [source] = parseDeb822Sources(
      'types: deb\nuris:\n http://a.example\n http://b.example\nSUITES: noble\nComponents: main',
    );
    expect(source?.uris).toEqual(['http://a.example', 'http://b.example']);
    expect(source?.suites).toEqual(['noble']);
  });

  it('carries a key block through to what is written', () => {
    const block = '\n -----BEGIN PGP PUBLIC KEY BLOCK-----\n .\n mQINBF\n -----END PGP PUBLIC KEY BLOCK-----';
    const text = `Types: deb\nURIs: http://a.example\nSuites: noble\nComponents: main\nSigned-By:${block}\n`;
    const [source] = parseDeb822Sources(text);
    expect(source?.signedBy).toBe(block);
    expect(formatSources(source === undefined ? [] : [source])).toContain(`Signed-By: ${block}\n`);
  });

  it('reads back what formatSources writes', () => {
    const sources = parseDeb822Sources(DEBIAN_SOURCES);
    expect(parseDeb822Sources(formatSources(sources))).toEqual(sources);
  });
});

describe('parseClassicSources', () => {
  it('reads lines with and without options', () => {
    const text = [
      'deb http://archive.ubuntu.com/ubuntu noble main universe # the main archive',
      'deb [arch=amd64 signed-by=/a.gpg,/b.gpg trusted=yes] https://mirror.example/ubuntu noble-updates main',
    ].join('\n');
    expect(parseClassicSources(text)).toEqual([
      { uris: ['http://archive.ubuntu.com/ubuntu'], suites: ['noble'], components: ['main', 'universe'] },
      {
        uris: ['https://mirror.example/ubuntu'],
        suites: ['noble-updates'],
        components: ['main'],
        signedBy: '/a.gpg /b.gpg',
        isTrusted: true,
      },
    ]);
  });

  it('leaves out comments, source packages, CDs and flat archives', () => {
    const text = [
      '# deb http://a.example bookworm main',
      'deb-src http://a.example bookworm main',
      'deb cdrom:[Debian 12]/ bookworm main',
      'deb http://a.example ./',
      '',
    ].join('\n');
    expect(parseClassicSources(text)).toEqual([]);
  });
});

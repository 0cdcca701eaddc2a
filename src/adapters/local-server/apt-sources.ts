/** One package archive as the system's apt knows it. */
export interface AptSource {
  readonly uris: readonly string[];
  readonly suites: readonly string[];
  readonly components: readonly string[];
  /** Path of a keyring, a fingerprint, or a whole key block (lines as apt wants them, after the first line indented). */
  readonly signedBy?: string;
  readonly isTrusted?: boolean;
}

/** Reads a file of `sources.list.d` in the newer form: stanzas of `Field: value` (deb822). */
export function parseDeb822Sources(text: string): readonly AptSource[] {
  return text
    .split(/\n[ \t]*(?:\n[ \t]*)+/)
    .map(parseStanza)
    .flatMap((fields) => sourceOfStanza(fields));
}

/** Reads `sources.list`: one `deb [options] uri suite component…` a line. */
export function parseClassicSources(text: string): readonly AptSource[] {
  return text.split('\n').flatMap((line) => sourceOfLine(line.replace(/(^|\s)#.*$/, '').trim()));
}

/** Writes sources in the newer form, which alone can carry a key block. Only package lists are asked for. */
export function formatSources(sources: readonly AptSource[]): string {
  return `${sources.map(formatSource).join('\n\n')}\n`;
}

function formatSource(source: AptSource): string {
  return [
    'Types: deb',
    `URIs: ${source.uris.join(' ')}`,
    `Suites: ${source.suites.join(' ')}`,
    `Components: ${source.components.join(' ')}`,
    'Targets: Packages',
    ...(source.signedBy === undefined ? [] : [`Signed-By: ${source.signedBy}`]),
    ...(source.isTrusted === undefined ? [] : [`Trusted: ${source.isTrusted ? 'yes' : 'no'}`]),
  ].join('\n');
}

type Fields = ReadonlyMap<string, string>;

function parseStanza(stanza: string): Fields {
  const fields = new Map<string, string>();
  let current: string | undefined;
  for (const line of stanza.split('\n')) {
    if (line.startsWith('#')) continue;
    const field = /^([A-Za-z][\w-]*)\s*:\s*(.*)$/.exec(line);
    if (field?.[1] !== undefined) {
      current = field[1].toLowerCase();
      fields.set(current, field[2]?.trim() ?? '');
    } else if (current !== undefined && line.trim() !== '') {
      fields.set(current, `${fields.get(current) ?? ''}\n${line.trimEnd()}`);
    }
  }
  return fields;
}

function sourceOfStanza(fields: Fields): readonly AptSource[] {
  const isDeb = words(fields.get('types')).includes('deb');
  const isEnabled = !/^(no|false|0|off|without|disable)$/i.test(fields.get('enabled') ?? 'yes');
  const source: AptSource = {
    uris: words(fields.get('uris')),
    suites: words(fields.get('suites')),
    components: words(fields.get('components')),
    ...signature(fields.get('signed-by'), fields.get('trusted')),
  };
  return isDeb && isEnabled && isComplete(source) ? [source] : [];
}

function sourceOfLine(line: string): readonly AptSource[] {
  const match = /^deb\s+(?:\[([^\]]*)\]\s*)?(\S.*)$/.exec(line);
  if (match?.[2] === undefined) return [];
  const options = new Map(words(match[1]).map((option) => splitOption(option)));
  const [uri, suite, ...components] = words(match[2]);
  if (uri === undefined || suite === undefined) return [];
  const source: AptSource = {
    uris: [uri],
    suites: [suite],
    components,
    ...signature(options.get('signed-by')?.replaceAll(',', ' '), options.get('trusted')),
  };
  return isComplete(source) ? [source] : [];
}

/** CDs are left out: apt would ask for one. So are flat archives (no components), which no distribution uses. */
function isComplete(source: AptSource): boolean {
  const isOnCd = source.uris.some((uri) => uri.startsWith('cdrom:'));
  return !isOnCd && source.uris.length > 0 && source.suites.length > 0 && source.components.length > 0;
}

function signature(
  signedBy: string | undefined,
  trusted: string | undefined,
): Pick<AptSource, 'signedBy' | 'isTrusted'> {
  return {
    ...(signedBy ? { signedBy } : {}),
    ...(trusted === undefined ? {} : { isTrusted: /^(yes|true|1|on|with|enable)$/i.test(trusted) }),
  };
}

function splitOption(option: string): readonly [string, string] {
  const at = option.indexOf('=');
  return at < 0 ? [option.toLowerCase(), ''] : [option.slice(0, at).toLowerCase(), option.slice(at + 1)];
}

function words(text: string | undefined): readonly string[] {
  return (text ?? '').split(/\s+/).filter((word) => word !== '');
}

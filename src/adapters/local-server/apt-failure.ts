import { LocalServerError } from './local-server-error.ts';
import { bringYourOwnServer } from './server-hints.ts';

/** What went wrong in apt-get, as far as its English messages tell (they are stable; apt has no error numbers). */
export type AptFailure = 'locked' | 'network' | 'disk' | 'suite' | 'package' | 'signature' | 'other';

/** First match wins: a full disk also makes downloads fail, a lost network also makes packages unknown. */
const SYMPTOMS: readonly (readonly [AptFailure, RegExp])[] = [
  ['locked', /Could not get lock|Unable to lock/i],
  ['disk', /No space left on device|enough free space/i],
  ['signature', /NO_PUBKEY|is not signed|EXPKEYSIG|signatures? (?:couldn't be|were) (?:verified|invalid)/i],
  ['suite', /does not have a Release file|404\s+Not Found|File not found/i],
  [
    'network',
    /Temporary failure resolving|Could not resolve|Could not connect|Unable to connect|Connection (?:failed|timed out|refused)|Network is unreachable|Could not handshake|Failed to fetch/i,
  ],
  [
    'package',
    /Unable to locate package|no installation candidate|unmet dependencies|Unable to correct problems/i,
  ],
];

const CURES: Readonly<Record<AptFailure, string>> = {
  locked:
    'Another process is fetching the same packages; wait for it, or delete the cache folder and try again.',
  network: 'Check the network and apt’s proxy settings (http_proxy, /etc/apt/apt.conf.d)',
  suite: 'The mirror that this system uses does not carry that suite',
  disk: 'Make room, or set MILLRACE_CACHE to a folder on a disk with 500 MB free.',
  package: 'The archive does not offer this server',
  signature: 'Install the archive’s keys (apt-get install debian-archive-keyring, or ubuntu-keyring)',
  other: 'See apt-get’s message above',
};

export function classifyAptFailure(output: string): AptFailure {
  return SYMPTOMS.find(([, symptom]) => symptom.test(output))?.[0] ?? 'other';
}

export function aptError(task: string, output: string): LocalServerError {
  const failure = classifyAptFailure(output);
  const cure = CURES[failure];
  const hint = cure.endsWith('.') ? cure : `${cure}. ${bringYourOwnServer(process.platform)}`;
  return new LocalServerError(`apt-get could not ${task}: ${firstErrors(output)}`, { hint });
}

/** Enough lines to recognise the cause; apt repeats itself for every archive. */
const LINES_SHOWN = 3;

function firstErrors(output: string): string {
  const lines = output.split('\n').map((line) => line.trim());
  const errors = lines.filter((line) => /^(E|W|Err):?/.test(line));
  const shown = errors.length > 0 ? errors : lines.filter((line) => line !== '').slice(-LINES_SHOWN);
  return shown.slice(0, LINES_SHOWN).join(' · ') || 'it said nothing';
}

import { access } from 'node:fs/promises';
import { join } from 'node:path';
import { LocalServerError } from './local-server-error.ts';
import { isZoneName } from './server-arguments.ts';

/** Where C libraries look for zones; an unknown name silently means UTC to them, which a test would not notice. */
const ZONE_DIRECTORY = '/usr/share/zoneinfo';

export async function checkTimeZone(timeZone: string): Promise<void> {
  if (!isZoneName(timeZone)) return;
  try {
    await access(join(process.env['TZDIR'] ?? ZONE_DIRECTORY, timeZone));
  } catch (cause) {
    throw new LocalServerError(`The time zone ${timeZone} is not known to this system.`, {
      hint: 'Install the package tzdata, or use an offset such as +05:30.',
      cause,
    });
  }
}

import { readFile } from 'node:fs/promises';

/** One process, told apart from a later one that got the same number. */
export interface ProcessIdentity {
  readonly pid: number;
  /** In clock ticks since the machine started; empty where there is no /proc. */
  readonly startedAtTicks: string;
}

export async function identifyProcess(pid: number): Promise<ProcessIdentity> {
  return { pid, startedAtTicks: (await readStat(pid))?.startedAtTicks ?? '' };
}

export async function isAlive(process: ProcessIdentity): Promise<boolean> {
  if (!hasProcess(process.pid)) return false;
  const stat = await readStat(process.pid);
  // A zombie only waits to be counted by its parent.
  if (stat?.state === 'Z') return false;
  return (
    stat === undefined || process.startedAtTicks === '' || stat.startedAtTicks === process.startedAtTicks
  );
}

/** True also for other people's processes, which may not be signalled. */
export function hasProcess(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}

/** Fields 3 and 22 of /proc/PID/stat; the name in field 2 may hold blanks and brackets, so count from its end. */
async function readStat(
  pid: number,
): Promise<{ readonly state: string; readonly startedAtTicks: string } | undefined> {
  const text = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => undefined);
  if (text === undefined) return undefined;
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  return { state: fields[0] ?? '', startedAtTicks: fields[19] ?? '' };
}

import { type ChildProcess, spawn } from 'node:child_process';
import { Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { hasProcess } from './process-identity.ts';

/**
 * Runs the server as a child of a shell that outlives us just long enough to end it. The shell's standard input is a
 * pipe that only we hold; when we die, in whatever way, the kernel closes it and the shell kills the server. Then it
 * removes the folder of the run. Arguments: that folder, seconds of grace (0: kill at once), the log, the server's command.
 */
const SUPERVISOR = `
folder=$1; grace=$2; log=$3; shift 3
exec 3<&0 </dev/null 2>/dev/null
"$@" 3<&- >>"$log" 2>&1 &
server=$!
echo "$server"
exec >/dev/null
(
  read -r nothing <&3
  : >"$folder/orphaned"
  if [ "$grace" -gt 0 ]; then
    kill -TERM "$server"
    while [ "$grace" -gt 0 ] && kill -0 "$server"; do sleep 1; grace=$((grace - 1)); done
  fi
  kill -KILL "$server"
) &
watcher=$!
exec 3<&-
wait "$server"
status=$?
kill "$watcher"
if [ -e "$folder/orphaned" ]; then rm -rf "$folder"; fi
exit "$status"
`;

/** The shell says the server's number as soon as it has forked; longer means that it cannot fork. */
const FORK_WITHIN_MS = 20_000;

/** The kernel ends a killed process at once, unless it hangs in a broken disk. */
const KILL_WITHIN_MS = 10_000;
const POLL_MS = 20;

export interface SupervisedCommand {
  readonly command: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  /** Removed when we die. */
  readonly runDirectory: string;
  /** How long an orphaned server gets to close its files: 0 when they are thrown away anyway. */
  readonly orphanGraceS: number;
  readonly logFile: string;
}

/** One server process, from its start to its end. */
export class SupervisedProcess {
  readonly pid: number;
  /** Fulfilled when the server has ended, with its exit status (128 + signal when it was killed). */
  readonly ended: Promise<number | undefined>;
  readonly #supervisor: ChildProcess;
  #isRunning = true;

  private constructor(supervisor: ChildProcess, pid: number) {
    this.#supervisor = supervisor;
    this.pid = pid;
    this.ended = new Promise((resolve) => {
      const finish = (status: number | null): void => {
        this.#isRunning = false;
        resolve(status ?? undefined);
      };
      if (supervisor.exitCode !== null || supervisor.signalCode !== null) finish(supervisor.exitCode);
      else supervisor.once('exit', finish);
    });
  }

  static async start(options: SupervisedCommand): Promise<SupervisedProcess> {
    const { command, environment, runDirectory, orphanGraceS, logFile } = options;
    const shellArguments = [
      '-c',
      SUPERVISOR,
      'millrace-server',
      runDirectory,
      String(orphanGraceS),
      logFile,
      ...command,
    ];
    const supervisor = spawn('/bin/sh', shellArguments, {
      // A group of its own: Ctrl-C in a terminal must not end the server before its users have finished.
      detached: true,
      cwd: runDirectory,
      env: environment,
      stdio: ['pipe', 'pipe', 'ignore'],
    });
    const pid = await readPid(supervisor);
    // Neither the shell nor its pipes keep our own process alive.
    supervisor.unref();
    if (supervisor.stdin instanceof Socket) supervisor.stdin.unref();
    return new SupervisedProcess(supervisor, pid);
  }

  get isRunning(): boolean {
    return this.#isRunning;
  }

  /** Asks the server to end and kills it when it has not done so in time. */
  async stop(withinMs: number): Promise<void> {
    this.#signal('SIGTERM');
    const isEnded = await settlesWithin(this.ended, withinMs);
    if (!isEnded) this.#signal('SIGKILL');
    await this.#letGo();
  }

  /** Ends the server as a power cut would. */
  async kill(): Promise<void> {
    this.#signal('SIGKILL');
    await this.#letGo();
  }

  /**
   * Waits for the end and closes the pipe. Somebody may have killed the shell but not the server: then the closed pipe
   * makes the shell's watcher, a process of its own, kill the server.
   */
  async #letGo(): Promise<void> {
    await settlesWithin(this.ended, KILL_WITHIN_MS);
    this.#supervisor.stdin?.destroy();
    if (this.#supervisor.signalCode === null) return;
    for (let waitedMs = 0; waitedMs < KILL_WITHIN_MS && hasProcess(this.pid); waitedMs += POLL_MS)
      await sleep(POLL_MS);
  }

  /** The number is ours only while the shell that waits for it lives: it ends right after the server. */
  #signal(signal: NodeJS.Signals): void {
    if (this.#isRunning && hasProcess(this.pid)) process.kill(this.pid, signal);
  }
}

function readPid(supervisor: ChildProcess): Promise<number> {
  return new Promise((resolve, reject) => {
    const fail = (): void => reject(new Error('/bin/sh did not start the server'));
    const timer = setTimeout(fail, FORK_WITHIN_MS);
    supervisor.once('error', reject);
    // Not at its exit: what it said before may still be under way.
    supervisor.once('close', fail);
    supervisor.stdout?.once('data', (chunk: Buffer) => {
      clearTimeout(timer);
      resolve(Number.parseInt(chunk.toString('utf8'), 10));
    });
  });
}

async function settlesWithin(promise: Promise<unknown>, withinMs: number): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<boolean>((resolve) => {
    timer = setTimeout(() => resolve(false), withinMs);
  });
  const isInTime = await Promise.race([promise.then(() => true), late]);
  clearTimeout(timer);
  return isInTime;
}

import { readFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { hasProcess } from './process-identity.ts';
import { createRunFolder, type RunFolder, removeRunFolder } from './run-folder.ts';
import { SupervisedProcess } from './supervised-process.ts';

let folder: RunFolder;
beforeEach(async () => {
  folder = await createRunFolder();
});
afterEach(() => removeRunFolder(folder.directory));

/** Stands in for a server: any program will do. */
function start(script: string): Promise<SupervisedProcess> {
  return SupervisedProcess.start({
    command: ['/bin/sh', '-c', script],
    environment: { PATH: '/usr/bin:/bin', GREETING: "it's here" },
    runDirectory: folder.directory,
    orphanGraceS: 0,
    logFile: folder.logFile,
  });
}

describe('SupervisedProcess', () => {
  it('tells the status of a program that ends by itself and keeps what it wrote', async () => {
    const program = await start('echo "$GREETING"; echo trouble >&2; exit 7');
    expect(await program.ended).toBe(7);
    expect(program.isRunning).toBe(false);
    expect(readFileSync(folder.logFile, 'utf8')).toBe("it's here\ntrouble\n");
  });

  it('stops a program that listens to SIGTERM', async () => {
    const program = await start('exec sleep 60');
    expect(program.isRunning).toBe(true);
    await program.stop(5000);
    expect(hasProcess(program.pid)).toBe(false);
  });

  it('kills a program that does not', async () => {
    const program = await start('trap "" TERM; while :; do sleep 0.05; done');
    await new Promise((resolve) => setTimeout(resolve, 100));
    await program.stop(200);
    expect(hasProcess(program.pid)).toBe(false);
    expect(await program.ended).toBe(137);
  });

  it('does nothing to a program that has ended', async () => {
    const program = await start('exit 0');
    await program.ended;
    await program.stop(1000);
    await program.kill();
  });
});

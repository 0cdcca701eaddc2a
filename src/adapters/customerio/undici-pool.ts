import { createRequire } from 'node:module';
import type { Pool as UndiciPool } from 'undici';

const load = createRequire(import.meta.url);

/**
 * The part of undici that sends requests, put together as its main file does. Loading all of it (fetch, caches,
 * web sockets) takes a tenth of a second of every command.
 */
export class Pool extends (load('undici/lib/dispatcher/pool.js') as typeof UndiciPool) {
  override request = (load('undici/lib/api') as Pick<UndiciPool, 'request'>).request;
}

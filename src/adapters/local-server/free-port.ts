import { createServer } from 'node:net';
import { LOOPBACK } from './server-arguments.ts';

/**
 * A port that nobody listens on at this moment. Somebody may take it before the server does; whoever starts the server
 * must then try another.
 */
export function findFreePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const listener = createServer();
    listener.once('error', reject);
    listener.listen(0, LOOPBACK, () => {
      const address = listener.address();
      const port = typeof address === 'object' && address !== null ? address.port : 0;
      listener.close(() => resolve(port));
    });
  });
}

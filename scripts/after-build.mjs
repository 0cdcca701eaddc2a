// Puts the modules that the command is compiled into together into few files, so that it starts in half the time
// (docs/adr/0010-few-files.md), and makes it executable. Packages stay where they are.
import { chmod, rm } from 'node:fs/promises';
import { isAbsolute } from 'node:path';
import { fileURLToPath } from 'node:url';
import { rolldown } from 'rolldown';

const dist = fileURLToPath(new URL('../dist/', import.meta.url));
const PACKAGES = /^[^./]/;

await rm(`${dist}bundle`, { recursive: true, force: true });
const bundle = await rolldown({
  input: `${dist}main.js`,
  platform: 'node',
  external: (id) => PACKAGES.test(id) && !isAbsolute(id),
});
await bundle.write({
  dir: dist,
  format: 'esm',
  entryFileNames: 'main.js',
  chunkFileNames: 'bundle/[name]-[hash].js',
});
await chmod(`${dist}main.js`, 0o755);

// A sandbox in a process of its own. Argument: its settings as JSON.
import { startSandbox } from '../../dist/sandbox/start-sandbox.js';

const { workspace, again: _again, ...options } = JSON.parse(process.argv[2]);
const shop = {
  segments: [
    { id: 1, name: 'Gold', when: { attribute: 'vip_tier', eq: 'gold' } },
    { id: 2, name: 'Lapsed', when: { attribute: 'last_order_at', before_past: '90d' } },
  ],
  campaigns: [
    { id: 1, name: 'Replenishment', trigger: { event: 'order_placed' }, steps: [{ wait: '21d' }] },
    { id: 2, name: 'Winback', trigger: { segment: 2 }, steps: [{ message: 'Come back' }] },
  ],
};
const sandbox = await startSandbox({ ...options, ...(workspace === 'shop' ? { workspace: shop } : {}) });
const { siteId, apiKey } = sandbox.credentials;
process.on('message', () => process.send({ cpuMicroseconds: cpuMicroseconds() }));
process.on('disconnect', () => process.exit());
process.send({
  port: sandbox.port,
  authorization: `Basic ${Buffer.from(`${siteId}:${apiKey}`).toString('base64')}`,
});

function cpuMicroseconds() {
  const { user, system } = process.cpuUsage();
  return user + system;
}

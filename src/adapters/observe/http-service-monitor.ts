import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { StateError } from '../../core/errors/millrace-error.ts';
import { judgeHealth } from '../../core/schedule/service-health.ts';
import type { ServiceMonitor, ServiceMonitorOptions } from '../../ports/service-monitor.ts';
import { ServiceMetrics } from './service-metrics.ts';

interface Answer {
  readonly status: number;
  readonly type: string;
  readonly body: string;
}

/**
 * Answers over HTTP: /healthz (the process works), /readyz (the data is fresh), /metrics (Prometheus).
 * @throws StateError `address_in_use`
 */
export async function openServiceMonitor(options: ServiceMonitorOptions): Promise<ServiceMonitor> {
  const metrics = new ServiceMetrics();
  const server = createServer(listener(options, metrics));
  await listen(server, options.address);
  const { address, family, port } = server.address() as AddressInfo;
  return {
    url: `http://${family === 'IPv6' ? `[${address}]` : address}:${port}`,
    recordRun: (run) => metrics.recordRun(run),
    close: () => closed(server),
  };
}

function listener(options: ServiceMonitorOptions, metrics: ServiceMetrics): RequestListener {
  return (request, response) => {
    answerTo(request.url ?? '/', options, metrics).then(
      ({ status, type, body }) => {
        response.writeHead(status, { 'content-type': type, 'cache-control': 'no-store' });
        response.end(request.method === 'HEAD' ? undefined : body);
      },
      () => response.writeHead(500).end(),
    );
  };
}

async function answerTo(
  url: string,
  options: ServiceMonitorOptions,
  metrics: ServiceMetrics,
): Promise<Answer> {
  const now = options.now();
  switch (url.split('?')[0]) {
    case '/healthz':
      return json(200, { isAlive: true, ...options.status() });
    case '/readyz': {
      const health = judgeHealth(options.status(), now);
      return json(health.isReady ? 200 : 503, health);
    }
    case '/metrics':
      return { status: 200, type: metrics.contentType, body: await metrics.text(options.status(), now) };
    default:
      return json(404, { error: 'there are /healthz, /readyz and /metrics' });
  }
}

function json(status: number, value: unknown): Answer {
  return { status, type: 'application/json', body: `${JSON.stringify(value)}\n` };
}

function listen(server: Server, address: string): Promise<void> {
  const [, host = '', port = ''] = /^\[?(.*?)\]?:(\d+)$/.exec(address) ?? [];
  return new Promise((resolve, reject) => {
    server.once('error', (cause) => {
      reject(new StateError('address_in_use', `${address} can not be listened on`, { cause }));
    });
    server.listen(Number(port), host, resolve);
  });
}

/** Ends connections that are kept alive, too: whoever stops the service does not wait for them. */
function closed(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}

// An instantly answering stand-in for the Track API: reads everything, keeps nothing. Started by bench.mjs.
import { createServer } from 'node:http';

const server = createServer((request, response) => {
  request.resume();
  request.on('end', () => {
    const body = request.url.includes('region') ? '{"url":"-","region":"us","environment_id":1}' : '{}\n';
    response
      .writeHead(request.url.startsWith('/_') ? 404 : 200, { 'content-type': 'application/json' })
      .end(body);
  });
});
server.listen(0, '127.0.0.1', () => process.send({ port: server.address().port }));
process.on('disconnect', () => process.exit());

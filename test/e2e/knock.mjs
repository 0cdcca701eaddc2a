// Opens connections to a port, sends one request on each once all are open, and prints the statuses counted.
// Arguments: port, number of connections.
import { connect } from 'node:net';

const [port, count] = process.argv.slice(2).map(Number);
const WAVE_SIZE = 250;
const REQUEST = 'GET /_sandbox HTTP/1.1\r\nhost: 127.0.0.1\r\nconnection: close\r\n\r\n';

const sockets = [];
for (let opened = 0; opened < count; opened += WAVE_SIZE) {
  const wave = Array.from({ length: Math.min(WAVE_SIZE, count - opened) }, open);
  // Serial on purpose: a wave at a time, so that none is turned away at the door.
  sockets.push(...(await Promise.all(wave)));
}
const answers = await Promise.all(sockets.map(ask));
const statuses = {};
for (const status of answers) statuses[status] = (statuses[status] ?? 0) + 1;
process.stdout.write(JSON.stringify(statuses));

function open() {
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1', () => resolve(socket));
    socket.once('error', reject);
  });
}

function ask(socket) {
  return new Promise((resolve) => {
    let text = '';
    socket.on('data', (chunk) => (text += chunk.toString('latin1')));
    socket.on('close', () => resolve(text.slice(9, 12) || 'none'));
    socket.write(REQUEST);
  });
}

// The same updates through socket.io, as its users write it: one room per view. `each` emits every update as
// it comes; `batched` keeps what came for half a second and emits it in one piece per room, as our ticks do.
// It stores nothing, knows no rights and checks nobody.
import { createServer } from 'node:http';
import { Server } from 'socket.io';

const [port, mode, text] = process.argv.slice(2);
const views = JSON.parse(text);
const rooms = new Map();
views.forEach((units, view) => {
  for (const unit of units) rooms.set(unit, [...(rooms.get(unit) ?? []), `view-${view}`]);
});
const waiting = new Map();

const server = createServer((request, response) => {
  let body = '';
  request.on('data', (piece) => (body += piece));
  request.on('end', () => {
    if (request.method === 'POST') take(JSON.parse(body));
    response.end('{}');
  });
});
const io = new Server(server, { perMessageDeflate: false, serveClient: false });
io.on('connection', (socket) => socket.join(`view-${socket.handshake.query.view}`));

function take({ positions = [], status = null }) {
  for (const row of positions) {
    const to = rooms.get(row[0]) ?? [];
    if (mode === 'each') io.to(to).emit('position', row);
    else for (const room of to) waiting.set(room, [...(waiting.get(room) ?? []), row]);
  }
  if (status) io.to(rooms.get(status.id) ?? []).emit('unit', status);
}

if (mode === 'batched') {
  setInterval(() => {
    for (const [room, rows] of waiting) io.to(room).emit('positions', rows);
    waiting.clear();
  }, 500);
}
server.listen(Number(port), '127.0.0.1');

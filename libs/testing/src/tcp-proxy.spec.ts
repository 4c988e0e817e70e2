import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import { type TcpProxy, tcpProxy } from './tcp-proxy';
import { until } from './until';

/** A server that keeps what it hears, and a client that does, with a proxy between them. */
let server: Server;
let proxy: TcpProxy;
let heardByServer: string;
let far: Socket | undefined;

beforeEach(async () => {
  heardByServer = '';
  far = undefined;
  server = createServer((socket) => {
    far = socket;
    socket
      .on('error', () => {})
      .on('data', (bytes) => {
        heardByServer += bytes;
      });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  proxy = await tcpProxy(`probe://127.0.0.1:${(server.address() as AddressInfo).port}/path?option=1`);
});

afterEach(async () => {
  await proxy.close();
  server.close();
});

async function client() {
  const heard = { text: '', closed: false };
  const socket = connect(Number(new URL(proxy.url).port), '127.0.0.1');
  socket
    .on('error', () => {})
    .on('close', () => {
      heard.closed = true;
    })
    .on('data', (bytes) => {
      heard.text += bytes;
    });
  socket.write('hello');
  await until(() => heard.closed || heardByServer.endsWith('hello'));
  return { socket, heard };
}

test('keeps the rest of the URL, and passes bytes and ends both ways', async () => {
  expect(proxy.url).toBe(`probe://127.0.0.1:${proxy.port}/path?option=1`);
  const { socket, heard } = await client();
  expect(proxy.clientPortBehind(far?.remotePort)).toBe(socket.localPort);
  far?.end('welcome');
  await until(() => heard.text === 'welcome');
  socket.destroy();
  await until(() => far?.destroyed === true);
});

test('silent in one direction, the other still passes, and what waited comes when it is mended', async () => {
  const { socket, heard } = await client();
  proxy.silence('toClient');
  far?.write('unheard');
  socket.write(' again');
  await until(() => heardByServer === 'hello again');
  expect(heard).toEqual({ text: '', closed: false });
  proxy.mend();
  await until(() => heard.text === 'unheard');
});

test('silent, it hides that the other side is gone; cut after that, it loses what waited', async () => {
  const { heard } = await client();
  proxy.silence();
  far?.end('unheard');
  const late = connect(proxy.port, '127.0.0.1').on('error', () => {});
  await once(late, 'connect');
  late.write('unheard too');
  expect(heard).toEqual({ text: '', closed: false });
  proxy.cut();
  await until(() => heard.closed && late.destroyed);
  expect([heard.text, heardByServer]).toEqual(['', 'hello']);
});

test('refuses until it is mended, and slows down', async () => {
  proxy.refuse();
  expect((await client()).heard.closed).toBe(true);
  proxy.mend();
  proxy.slow(50);
  const began = performance.now();
  await client();
  expect(performance.now() - began).toBeGreaterThan(49);
});

test('loses an answer once: the server has heard, and then the connection breaks', async () => {
  const { heard } = await client();
  proxy.loseNextAnswers();
  far?.write('unheard');
  await until(() => heard.closed);
  expect([heard.text, heardByServer]).toEqual(['', 'hello']);
  heardByServer = '';
  const next = await client();
  far?.write('heard');
  await until(() => next.heard.text === 'heard');

  proxy.loseNextAnswers();
  proxy.mend();
  far?.write(' again');
  await until(() => next.heard.text === 'heard again');
});

test('asks anew where the server is, for each connection', async () => {
  let port = 1;
  const found = await tcpProxy(() => `probe://127.0.0.1:${port}`);
  port = (server.address() as AddressInfo).port;
  expect(found.url).toBe(`probe://127.0.0.1:${found.port}`);
  const socket = connect(found.port, '127.0.0.1').on('error', () => {});
  socket.write('found');
  await until(() => heardByServer === 'found');
  socket.destroy();
  await found.close();
});

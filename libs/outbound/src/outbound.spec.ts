import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { hostname } from 'node:os';
import { brotliCompressSync, gzipSync } from 'node:zlib';
import { AddressRules, isPublic, readOutbound } from './address-rules';
import { Outbound } from './outbound';

describe('an address of the public internet', () => {
  it.each([
    '8.8.8.8',
    '1.1.1.1',
    '172.15.0.1',
    '172.32.0.1',
    '100.63.0.1',
    '2606:4700:4700::1111',
    '2001:4860:4860::8888',
  ])('is %s', (address) => expect(isPublic(address)).toBe(true));

  it.each([
    ...['0.0.0.0', '10.1.2.3', '127.0.0.1', '127.255.255.254', '169.254.169.254', '172.16.0.1', '172.31.255.255'],
    ...['192.168.0.1', '100.64.0.1', '192.0.0.1', '198.18.0.1', '224.0.0.1', '255.255.255.255', '203.0.113.1'],
    ...['::', '::1', 'fe80::1', 'fc00::1', 'fd00:ec2::254', 'ff02::1', '2001:db8::1', '2002:7f00:1::', '2001::1'],
    ...[
      '::ffff:127.0.0.1',
      '::ffff:8.8.8.8',
      '::127.0.0.1',
      '64:ff9b::7f00:1',
      '64:ff9b:1::1',
      '3fff::1',
      'fe80::1%eth0',
    ],
    ...['', 'localhost', '1.2.3', '8.8.8.8.8'],
  ])('is not %s', (address) => expect(isPublic(address)).toBe(false));
});

describe('what an installation allows', () => {
  const rules = new AddressRules(['Calendar.internal', '10.1.0.0/16', '192.168.7.7', 'fd00::/8']);

  it('is allowed beside what is public', () => {
    expect(['10.1.255.1', '192.168.7.7', 'fd12::1', '8.8.8.8'].every((one) => rules.allows(one))).toBe(true);
    expect(['10.2.0.1', '192.168.7.8', '::1', '::ffff:10.2.0.1'].some((one) => rules.allows(one))).toBe(false);
    expect([rules.trusts('calendar.INTERNAL'), rules.trusts('internal')]).toEqual([true, false]);
  });

  it.each(['10.0.0.0/33', '10.0.0.0/', 'a/8', 'http://a', '*', 'a b', '-a', '::/129'])(
    'is not understood: %s',
    (entry) => {
      const problems: string[] = [];
      readOutbound({ OUTBOUND_ALLOW: entry }, problems);
      expect(problems).toEqual([expect.stringContaining('OUTBOUND_ALLOW')]);
    },
  );

  it('may be nothing', () => {
    const problems: string[] = [];
    expect(readOutbound({}, problems).allows('127.0.0.1')).toBe(false);
    expect(readOutbound({ OUTBOUND_ALLOW: ' localhost, 127.0.0.1 ,' }, problems).allows('127.0.0.1')).toBe(true);
    expect(problems).toEqual([]);
  });
});

describe('asking an address', () => {
  const LIMITS = { bytes: 1_000, ms: 20_000 };
  let server: Server;
  let port: number;
  let answer: RequestListener;
  const asked: string[] = [];
  beforeAll(async () => {
    server = createServer((request, response) => {
      asked.push(`${request.headers.host}${request.url}`);
      answer(request, response);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    port = (server.address() as AddressInfo).port;
  });
  afterAll(() => {
    server.closeAllConnections();
    server.close();
  });
  beforeEach(() => asked.splice(0));

  const get = async (url: string, allowed = ['127.0.0.1', '::1', 'localhost'], limits = LIMITS): Promise<string> =>
    (await new Outbound(new AddressRules(allowed)).get(new URL(url), 'text/calendar', limits)).toString();
  const here = (path = '/') => `http://127.0.0.1:${port}${path}`;
  const rejected = (reason: string, status: number | null = null) =>
    expect.objectContaining({ name: 'NoAnswer', reason, status });

  it('gives its body, plain or packed', async () => {
    answer = (_, response) => response.end('BEGIN');
    expect(await get(here())).toBe('BEGIN');
    answer = (_, response) => response.setHeader('content-encoding', 'gzip').end(gzipSync('BEGIN'));
    expect(await get(here())).toBe('BEGIN');
    answer = (_, response) => response.setHeader('content-encoding', 'br').end(brotliCompressSync('BEGIN'));
    expect(await get(`http://localhost:${port}/`)).toBe('BEGIN');
  });

  it.each([
    ['127.0.0.1', (p: number) => `http://127.0.0.1:${p}/`],
    ['a number', (p: number) => `http://2130706433:${p}/`],
    ['octal', (p: number) => `http://0177.0.0.1:${p}/`],
    ['short', (p: number) => `http://127.1:${p}/`],
    ['nothing', (p: number) => `http://0.0.0.0:${p}/`],
    ['mapped', (p: number) => `http://[::ffff:127.0.0.1]:${p}/`],
    ['IPv6', (p: number) => `http://[::1]:${p}/`],
    ['a name', (p: number) => `http://localhost:${p}/`],
    ['a name with a dot', (p: number) => `http://localhost.:${p}/`],
    ['a name that is nobody’s', () => 'https://metadata.google.internal/'],
    ['a file', () => 'file:///etc/passwd'],
  ])('asks nothing on the own network: %s', async (_, url) => {
    await expect(get(url(port), [])).rejects.toEqual(rejected('address_not_allowed'));
    expect(asked).toEqual([]);
  });

  it('asks nothing to which a name that resolves to the own network leads', async () => {
    const name = `http://${hostname()}:${port}/`;
    await expect(get(name, [])).rejects.toEqual(
      expect.objectContaining({ reason: expect.stringMatching(/address_not_allowed|unreachable/) }),
    );
    expect(asked).toEqual([]);
  });

  it('looks at each redirect anew', async () => {
    answer = (request, response) => {
      if (request.url === '/') response.writeHead(302, { location: '/there' }).end();
      else response.end('BEGIN');
    };
    expect(await get(here())).toBe('BEGIN');
    for (const location of [
      'http://169.254.169.254/latest/meta-data',
      'http://[::1]/',
      'gopher://127.0.0.1/',
      'file:///etc/passwd',
    ]) {
      answer = (_, response) => response.writeHead(307, { location }).end();
      await expect(get(here(), ['127.0.0.1'])).rejects.toEqual(rejected('address_not_allowed'));
    }
    answer = (_, response) => response.writeHead(302, { location: '/again' }).end();
    await expect(get(here())).rejects.toEqual(rejected('too_many_redirects'));
  });

  it('tells a name and password to no other server', async () => {
    const told: (string | undefined)[] = [];
    answer = (request, response) => {
      told.push(request.headers.authorization);
      if (request.url === '/') response.writeHead(302, { location: '/same' }).end();
      else if (request.url === '/same') response.writeHead(302, { location: `http://localhost:${port}/other` }).end();
      else response.end('BEGIN');
    };
    await get(`http://ann:secret@127.0.0.1:${port}/`);
    expect(told.map(Boolean)).toEqual([true, true, false]);
  });

  it('takes no more than it is to, also of what is packed', async () => {
    answer = (_, response) => response.end('x'.repeat(1_000));
    expect(await get(here())).toHaveLength(1_000);
    answer = (_, response) => response.end('x'.repeat(1_001));
    await expect(get(here())).rejects.toEqual(rejected('too_large'));
    const bomb = gzipSync(Buffer.alloc(900_000));
    expect(bomb.length).toBeLessThan(1_000);
    answer = (_, response) => response.setHeader('content-encoding', 'gzip').end(bomb);
    await expect(get(here())).rejects.toEqual(rejected('too_large'));
    answer = (_, response) => {
      const more = () => (response.write('x'.repeat(10_000)) ? setImmediate(more) : response.once('drain', more));
      response.on('error', () => undefined);
      more();
    };
    await expect(get(here())).rejects.toEqual(rejected('too_large'));
  });

  it('says why it gives nothing', async () => {
    answer = (_, response) => response.writeHead(404).end('gone');
    await expect(get(here())).rejects.toEqual(rejected('refused', 404));
    answer = (_, response) => response.writeHead(302).end();
    await expect(get(here())).rejects.toEqual(rejected('refused', 302));
    answer = (_, response) => response.setHeader('content-encoding', 'gzip').end('no gzip');
    await expect(get(here())).rejects.toEqual(rejected('unreadable'));
    answer = (_, response) => response.setHeader('content-encoding', 'rot13').end('ORTVA');
    await expect(get(here())).rejects.toEqual(rejected('unreadable'));
    answer = (_, response) => response.destroy();
    await expect(get(here())).rejects.toEqual(rejected('unreachable'));
    answer = (_, response) => {
      response.writeHead(200, { 'content-length': '100' });
      response.write('half', () => response.destroy());
    };
    await expect(get(here())).rejects.toEqual(rejected('unreachable'));
    await expect(get('http://127.0.0.1:1/')).rejects.toEqual(rejected('unreachable'));
  });

  it.each(['Upgrade: websocket\r\nConnection: Upgrade\r\n', ''])(
    'ends where the server wants to speak otherwise: 101 %j',
    async (headers) => {
      answer = ({ socket }) => socket.write(`HTTP/1.1 101 Switching Protocols\r\n${headers}\r\n`);
      await expect(get(here(), ['127.0.0.1'], { bytes: 1_000, ms: 500 })).rejects.toMatchObject({ name: 'NoAnswer' });
      answer = (request, { socket }) => {
        if (request.url === '/') socket?.end('HTTP/1.1 302 Found\r\nLocation: /there\r\nContent-Length: 0\r\n\r\n');
        else socket?.write(`HTTP/1.1 101 Switching Protocols\r\n${headers}\r\n`);
      };
      await expect(get(here(), ['127.0.0.1'], { bytes: 1_000, ms: 500 })).rejects.toMatchObject({ name: 'NoAnswer' });
    },
  );

  it('waits so long and no longer, also for who answers a byte at a time', async () => {
    answer = () => undefined;
    await expect(get(here(), ['127.0.0.1'], { bytes: 1_000, ms: 50 })).rejects.toEqual(rejected('too_slow'));
    answer = (_, response) => {
      response.writeHead(200);
      const timer = setInterval(() => response.write('x'), 5);
      response.on('close', () => clearInterval(timer));
    };
    await expect(get(here(), ['127.0.0.1'], { bytes: 1_000_000, ms: 100 })).rejects.toEqual(rejected('too_slow'));
  });
});

import { once } from 'node:events';
import { createServer as createHttpServer, type IncomingMessage } from 'node:http';
import { type AddressInfo, createServer as createTcpServer } from 'node:net';

interface Asked {
  readonly path: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

export interface Answer {
  readonly status: number;
  readonly headers?: Record<string, string>;
  readonly body?: object;
}

/** A provider's API on this machine. It answers what it is told to, in this order; `null`: it hangs up instead. */
export async function aProvider(...answers: readonly (Answer | null)[]) {
  const asked: Asked[] = [];
  const server = createHttpServer(async (request, response) => {
    const body = Buffer.concat(await Array.fromAsync(request)).toString();
    const answer = answers[asked.length];
    asked.push({ path: request.url ?? '', headers: request.headers, body });
    if (!answer) return request.socket.destroy();
    response.writeHead(answer.status, { 'content-type': 'application/json', ...answer.headers });
    return response.end(answer.body ? JSON.stringify(answer.body) : '');
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    asked,
    stop: () => {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(resolve));
    },
  };
}

/** A mail server on this machine: it takes whatever comes, or answers the end of a message as it is told to. */
export async function aMailServer(atTheEnd: (mail: string) => string = () => '250 taken') {
  const mails: string[] = [];
  const server = createTcpServer((socket) => {
    let rest = '';
    let mail: string[] | null = null;
    const take = (line: string): string | null => {
      if (mail) {
        if (line !== '.') {
          mail.push(line);
          return null;
        }
        const whole = mail.join('\n');
        mails.push(whole);
        mail = null;
        return atTheEnd(whole);
      }
      if (line === 'DATA') mail = [];
      if (line.startsWith('EHLO')) return '250 here';
      return line === 'DATA' ? '354 go on' : '250 yes';
    };
    socket.on('error', () => {});
    socket.write('220 here\r\n');
    socket.on('data', (bytes) => {
      const lines = (rest + bytes).split('\r\n');
      rest = lines.pop() ?? '';
      for (const line of lines) {
        const answer = take(line);
        if (answer === 'hang up') socket.destroy();
        else if (answer) socket.write(`${answer}\r\n`);
      }
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return { url: `smtp://127.0.0.1:${port}`, mails, stop: () => new Promise((resolve) => server.close(resolve)) };
}

import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A server elsewhere that has a calendar. */
export class CalendarServer {
  /** What it answers; the text of a calendar is made of `events`. */
  status = 200;
  events: readonly (readonly string[])[] = [];
  /** How often it was asked. */
  asked = 0;
  /** Is given what sends the answer, instead of its being sent at once. */
  hold: (answer: () => void) => void = (answer) => answer();

  private constructor(
    readonly url: string,
    readonly close: () => void,
  ) {}

  static async start(): Promise<CalendarServer> {
    const server = createServer((_, response) => {
      calendar.asked += 1;
      calendar.hold(() => response.writeHead(calendar.status, { 'content-type': 'text/calendar' }).end(calendar.text));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    const calendar = new CalendarServer(`http://127.0.0.1:${port}/private-0123/basic.ics`, () => {
      server.closeAllConnections();
      server.close();
    });
    return calendar;
  }

  private get text(): string {
    const events = this.events.flatMap((lines, i) => {
      const uid = lines.some((line) => line.startsWith('UID:')) ? [] : [`UID:${i}@elsewhere`];
      return ['BEGIN:VEVENT', ...uid, ...lines, 'END:VEVENT'];
    });
    return ['BEGIN:VCALENDAR', 'VERSION:2.0', ...events, 'END:VCALENDAR', ''].join('\r\n');
  }
}

/** `20270615T093000Z` */
export const icalTime = (at: string): string => at.replaceAll(/[-:]|\.\d+/g, '');

import { BOOKING } from '../test/samples';
import { invitation } from './calendar';

const people = {
  organizer: { name: 'Salon Mori', address: 'salon@example.com' },
  attendee: { name: 'Hanako', address: 'hanako@example.com' },
  stampedAt: '2027-03-01T00:00:00Z',
};
const linesOf = (content: string) => content.split('\r\n');
const fieldOf = (content: string, name: string) =>
  linesOf(content)
    .find((line) => line.startsWith(`${name}:`))
    ?.slice(name.length + 1);

describe('calendar attachments', () => {
  it('keep one UID over confirmation, moves and cancellation, and count them', () => {
    const sent = [0, 1, 2, 3].map((sequence) =>
      invitation({ ...BOOKING, sequence }, { ...people, method: sequence === 3 ? 'CANCEL' : 'REQUEST' }),
    );
    const of = (name: string) => sent.map(({ content }) => fieldOf(content, name));
    expect(new Set(of('UID')).size).toBe(1);
    expect(of('SEQUENCE')).toEqual(['0', '1', '2', '3']);
    expect(of('METHOD')).toEqual(['REQUEST', 'REQUEST', 'REQUEST', 'CANCEL']);
    expect(of('STATUS')).toEqual(['CONFIRMED', 'CONFIRMED', 'CONFIRMED', 'CANCELLED']);
    expect(sent.map(({ contentType }) => /method=(\w+)$/.exec(contentType)?.[1])).toEqual(of('METHOD'));
    expect([...new Set(of('DTSTART'))]).toEqual(['20270401T010000Z']);
  });

  it('escape texts, and begin no line of their own', () => {
    const hostile = { ...BOOKING, businessName: 'Mori\r\nATTENDEE:mailto:all@example.com' };
    const { content } = invitation(hostile, { ...people, method: 'REQUEST' });
    expect(content).toContain('Cut\\, colour\\; blow-dry');
    expect(linesOf(content).filter((line) => line.startsWith('ATTENDEE'))).toHaveLength(1);
  });

  it('fold lines at 75 octets, between characters', () => {
    const serviceName = '【サロン青山】カット＆カラー（担当：髙橋）ご予約の確認と変更のお知らせ📅明日';
    const { content } = invitation({ ...BOOKING, serviceName }, { ...people, method: 'REQUEST' });
    const lines = linesOf(content);
    for (const line of lines) expect(Buffer.byteLength(line)).toBeLessThanOrEqual(75);
    const summary = lines.findIndex((line) => line.startsWith('SUMMARY:'));
    expect(lines[summary]).toBe('SUMMARY:【サロン青山】カット＆カラー（担当：髙橋）ご');
    expect(Buffer.byteLength(lines[summary] as string)).toBe(74);
    expect(lines.slice(summary).join('\r\n').replaceAll('\r\n ', '')).toContain(serviceName);
    expect(content.replaceAll('\r\n', '')).not.toMatch(/[\r\n]/);
  });
});

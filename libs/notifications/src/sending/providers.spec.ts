import { newUuid } from '@yoyaku/kernel';
import { type Answer, aMailServer, aProvider } from '../../test/a-provider';
import { type Mail, type MailPort, NotSent } from './ports';
import { ResendMails } from './resend';
import { SendGridMails } from './sendgrid';
import { SmtpMails } from './smtp';
import { TwilioMessages } from './twilio';

const id = newUuid();
const MAIL: Mail = {
  id,
  subjects: [],
  kind: 'booking_confirmed',
  locale: 'ja',
  to: { name: '髙橋 "Hana" <花子>', address: 'hanako@example.com' },
  from: { name: 'Salon Mori', address: 'no-reply@example.com' },
  subject: 'ご予約が確定しました',
  text: 'text',
  html: '<p>html</p>',
  messageId: `<${id}@example.com>`,
  attachments: [
    { name: 'invite.ics', contentType: 'text/calendar; charset=utf-8; method=REQUEST', content: 'BEGIN:VCALENDAR' },
  ],
};

const stops: (() => Promise<unknown>)[] = [];
afterAll(() => Promise.all(stops.map((stop) => stop())));

async function provider(...answers: (Answer | null)[]) {
  const made = await aProvider(...answers);
  stops.push(made.stop);
  return made;
}

async function mailServer(atTheEnd?: string) {
  const made = await aMailServer(atTheEnd === undefined ? undefined : () => atTheEnd);
  stops.push(made.stop);
  return made;
}

const failureOf = async (sending: Promise<unknown>): Promise<NotSent> => {
  const error = await sending.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (error instanceof NotSent) return error;
  throw error ?? new Error('It was sent');
};

describe('SendGrid', () => {
  it('gets the message, its Message-ID, and the method of its invitation', async () => {
    const api = await provider({ status: 202, headers: { 'x-message-id': 'sg-1' } });
    expect(await new SendGridMails('SG.key', api.url).send(MAIL)).toBe('sg-1');
    const [asked] = api.asked;
    expect(asked).toMatchObject({ path: '/v3/mail/send', headers: { authorization: 'Bearer SG.key' } });
    expect(JSON.parse(asked?.body ?? '')).toMatchObject({
      personalizations: [{ to: [{ email: 'hanako@example.com', name: MAIL.to.name }] }],
      from: { email: 'no-reply@example.com', name: 'Salon Mori' },
      headers: { 'Message-ID': MAIL.messageId },
      content: [
        { type: 'text/plain', value: 'text' },
        { type: 'text/html', value: '<p>html</p>' },
      ],
      attachments: [{ filename: 'invite.ics', type: 'text/calendar; method=REQUEST' }],
    });
  });
});

describe('Resend', () => {
  it('gets the message with its idempotency key', async () => {
    const api = await provider({ status: 200, body: { id: 're-1' } });
    expect(await new ResendMails('key', api.url).send(MAIL)).toBe('re-1');
    const [asked] = api.asked;
    expect(asked).toMatchObject({ path: '/emails', headers: { authorization: 'Bearer key', 'idempotency-key': id } });
    expect(JSON.parse(asked?.body ?? '')).toMatchObject({
      to: '"髙橋 \\"Hana\\" <花子>" <hanako@example.com>',
      headers: { 'Message-ID': MAIL.messageId },
      attachments: [{ filename: 'invite.ics', content_type: MAIL.attachments[0]?.contentType }],
    });
  });

  it('says that a try with the key is under way', async () => {
    const body = { statusCode: 409, name: 'concurrent_idempotent_requests', message: 'in progress' };
    const api = await provider({ status: 409, body });
    expect(await failureOf(new ResendMails('key', api.url).send(MAIL))).toMatchObject({ outcome: 'unknown' });
  });
});

it('Resend took a message that said something else: nobody tries that again by himself', async () => {
  const body = { statusCode: 409, name: 'invalid_idempotent_request', message: 'another payload' };
  const api = await provider({ status: 409, body });
  const failure = await failureOf(new ResendMails('key', api.url).send(MAIL));
  expect(failure).toMatchObject({ outcome: 'unknown', retryAfterMs: null });
});

describe.each<[string, (url: string) => MailPort]>([
  ['SendGrid', (url) => new SendGridMails('SG.key', url)],
  ['Resend', (url) => new ResendMails('key', url)],
])('what %s answers', (_, port) => {
  it.each([
    ['too many', { status: 429, headers: { 'retry-after': '7' } }, 'later', 7_000],
    ['a wrong key', { status: 401 }, 'later', 0],
    ['a fault of its own', { status: 500 }, 'unknown', 0],
    ['that the message is wrong', { status: 422 }, 'refused', 0],
    ['nothing', null, 'unknown', 0],
  ] as const)('%s', async (_name, answer, outcome, retryAfterMs) => {
    const body = { statusCode: answer?.status, name: 'some_error', message: 'to hanako@example.com' };
    const api = await provider(answer && { ...answer, body });
    const failure = await failureOf(port(api.url).send(MAIL));
    expect(failure).toMatchObject({ outcome, retryAfterMs });
    expect(failure.reason).not.toContain('hanako');
  });
});

describe('a mail server', () => {
  it('gets the message as it is', async () => {
    const server = await mailServer();
    await new SmtpMails(server.url).send(MAIL);
    const [mail = ''] = server.mails;
    expect(mail).toContain(`Message-ID: ${MAIL.messageId}`);
    expect(mail).toMatch(/Content-Type: text\/calendar; charset=utf-8; method=REQUEST/);
    expect(mail).toMatch(/^To: .*<hanako@example\.com>$/m);
  });

  it('has no header begun by a name or a subject', async () => {
    const server = await mailServer();
    const hostile = 'x\r\nBcc: all@example.com\r\n\r\nbody';
    await new SmtpMails(server.url).send({ ...MAIL, subject: hostile, to: { ...MAIL.to, name: hostile } });
    expect(server.mails[0]).not.toMatch(/^Bcc/m);
  });

  it.each([
    ['550 no such mailbox', 'refused'],
    ['451 try again', 'later'],
    ['hang up', 'unknown'],
  ])('that answers %s', async (answer, outcome) => {
    const server = await mailServer(answer);
    expect(await failureOf(new SmtpMails(server.url).send(MAIL))).toMatchObject({ outcome });
  });

  it('that is not there', async () => {
    expect(await failureOf(new SmtpMails('smtp://127.0.0.1:1').send(MAIL))).toMatchObject({ outcome: 'later' });
  });
});

describe('Twilio', () => {
  const account = { accountSid: 'AC1', authToken: 'secret', from: '+15005550006' };
  const SMS = { id, subjects: [], kind: 'booking_reminder', locale: 'ja', to: '+819012345678', text: '予約' };

  it('gets the text', async () => {
    const api = await provider({ status: 201, body: { sid: 'SM1' } });
    expect(await new TwilioMessages({ ...account, url: api.url }).send(SMS)).toBe('SM1');
    const [asked] = api.asked;
    expect(asked?.path).toBe('/2010-04-01/Accounts/AC1/Messages.json');
    expect(Object.fromEntries(new URLSearchParams(asked?.body))).toEqual({
      To: SMS.to,
      From: account.from,
      Body: SMS.text,
    });
  });

  it.each([
    ['too many', { status: 429, body: { code: 20429 } }, 'later', 0],
    ['no such number', { status: 400, body: { code: 21211 } }, 'refused', 0],
    ['nothing, so that the text is not sent again by itself', null, 'unknown', null],
  ] as const)('that answers %s', async (_, answer, outcome, retryAfterMs) => {
    const api = await provider(answer);
    const failure = await failureOf(new TwilioMessages({ ...account, url: api.url }).send(SMS));
    expect(failure).toMatchObject({ outcome, retryAfterMs });
  });
});

import { HTTP_CODE_METADATA } from '@nestjs/common/constants.js';
import { type AccessRule, inBody, inPath, ofThing, ruleRefusals } from './access/access';
import { Answer } from './commands/answer';
import { Command, Query } from './routes';
import { MoneyView } from './views/money-view';

const OPEN = { access: 'public', summary: 'Something' } as const;
const money: MoneyView = { amount: 1, currency: 'JPY' };

class FeeView {
  percent: number;
}

/** That these compile, and the others do not, is what the types are for. */
class Declared {
  @Query('', { ...OPEN, answers: MoneyView })
  shown(): MoneyView {
    return money;
  }

  @Query('one-of', { ...OPEN, answers: [MoneyView, FeeView] })
  oneOf(): MoneyView | FeeView {
    return money;
  }

  @Query('later', { ...OPEN, answers: MoneyView, starts: FeeView })
  later(): MoneyView | Answer<FeeView> {
    return new Answer(202, { percent: 1 });
  }

  @Command('POST', '', { ...OPEN, creates: MoneyView })
  async created(): Promise<Answer<MoneyView>> {
    return new Answer(201, money);
  }

  @Command('DELETE', '', OPEN)
  done(): Answer {
    return new Answer(204, undefined);
  }

  @Command('POST', 'login', { ...OPEN, appends: false })
  nothing(): void {}
}

class Undeclared {
  // @ts-expect-error: another view
  @Query('', { ...OPEN, answers: MoneyView })
  other(): FeeView {
    return { percent: 1 };
  }

  // @ts-expect-error: a view, where none is declared
  @Query('none', OPEN)
  one(): MoneyView {
    return money;
  }

  // @ts-expect-error: nothing, where a view is declared
  @Query('nothing', { ...OPEN, answers: MoneyView })
  nothing(): void {}

  // @ts-expect-error: a member is missing
  @Command('POST', '', { ...OPEN, creates: MoneyView })
  part(): Answer<Pick<MoneyView, 'amount'>> {
    return new Answer(201, money);
  }

  // @ts-expect-error: a code that there is no sentence for
  @Query('refuses', { ...OPEN, refuses: ['booking.slot_token'] })
  refused(): void {}

  // @ts-expect-error: a right that there is not
  @Query('rights', { access: { permission: 'bookings:raed', of: inPath('id') }, summary: 'Something' })
  unpermitted(): void {}

  // @ts-expect-error: what was appended is not told
  @Command('PUT', '', { ...OPEN, answers: MoneyView })
  plain(): MoneyView {
    return money;
  }
}

describe('a route', () => {
  it.each([
    ['shown', 200],
    ['later', 200],
    ['created', 201],
    ['done', 204],
    ['nothing', 204],
  ] as const)('answers as it is declared: %s %i', (name, status) =>
    expect(Reflect.getMetadata(HTTP_CODE_METADATA, Declared.prototype[name])).toBe(status),
  );

  const mayUpdate = (more: object = {}): AccessRule => ({
    permission: 'bookings:update',
    of: ofThing('booking', 'id'),
    ...more,
  });
  it.each<[string, AccessRule, string[]]>([
    ['a thing', mayUpdate(), ['booking.not_found']],
    ['a thing under another name', { visible: ofThing('slug', 'slug', 'business') }, ['business.not_found']],
    ['a location', mayUpdate({ at: inPath('locationId') }), ['booking.not_found', 'location.not_found']],
    ['where it is put', mayUpdate({ puts: inBody('locationId') }), ['booking.not_found', 'location.unknown']],
    ['nothing of a business', 'user', []],
  ])('about %s refuses with the codes of its rule', (_, access, codes) => expect(ruleRefusals(access)).toEqual(codes));

  it('is declared all the same where the types were passed over', () =>
    expect(Reflect.getMetadata(HTTP_CODE_METADATA, Undeclared.prototype.one)).toBe(204));
});

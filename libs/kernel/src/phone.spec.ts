import { countryOfZone } from './country';
import { mayGetTexts, phoneNumber } from './phone';

const JP = '+819012345678';

describe('a phone number', () => {
  it.each([
    ['090-1234-5678', 'JP', JP],
    ['+81 90 1234 5678', 'JP', JP],
    ['０９０－１２３４－５６７８', 'JP', JP],
    ['+81(0)90-1234-5678', 'JP', JP],
    ['03-1234-5678', 'JP', '+81312345678'],
    ['8 (701) 234-56-78', 'KZ', '+77012345678'],
    ['77012345678', 'KZ', '+77012345678'],
    ['+7 701 2345678', 'KZ', '+77012345678'],
    ['8 800 555-35-35', 'KZ', '+78005553535'],
    ['+7 916 195-55-58', 'KZ', '+79161955558'],
    ['＋８１　９０１２３４５６７８', null, JP],
  ])('%s in %s is %s', (text, country, e164) => expect(phoneNumber(text, country)?.e164).toBe(e164));

  it.each([
    ['090-1234-5678', null],
    ['090-1234-5678', 'XX'],
    ['call 090-1234-5678', 'JP'],
    ['+81 90-1234-5678 ext. 5', 'JP'],
    ['+81 90-1234-5678 +81 90-1234-5679', 'JP'],
    ['00819012345678', 'JP'],
    ['12345', 'JP'],
    ['', 'JP'],
  ])('%j in %s is none', (text, country) => expect(phoneNumber(text, country)).toBeUndefined());

  it.each([
    ['+819012345678', true],
    ['+12015550123', true],
    ['+77012345678', true],
    ['+447400123456', true],
    ['+81312345678', false],
    ['+19002345678', false],
    ['+979123456789', false],
    ['+449098790879', false],
    ['+78091234567', false],
    ['+447012345678', false],
    ['+881612345678', false],
    ['+870301234567', false],
    ['+883510012345', false],
  ])('%s may get texts: %s', (e164, may) => {
    expect(phoneNumber(e164)).toBeDefined();
    expect(mayGetTexts(e164)).toBe(may);
  });

  it('has the prefix of its country', () => expect(phoneNumber(JP)?.callingCode).toBe('81'));
});

it.each([
  ['Asia/Tokyo', 'JP'],
  ['Asia/Almaty', 'KZ'],
  ['Asia/Kolkata', 'IN'],
  ['America/New_York', 'US'],
  ['Europe/Berlin', 'DE'],
  ['Australia/Lord_Howe', 'AU'],
  ['UTC', null],
])('%s lies in %s', (timeZone, country) => expect(countryOfZone(timeZone)).toBe(country));

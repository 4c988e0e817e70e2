import { rejection } from '@yoyaku/kernel/specification';
import { ensureAcceptable } from './password-policy';

const hanako = { name: 'Hanako Yamada', email: 'hanako.y@example.com' };

describe('a password', () => {
  it.each(['password1', 'QWERTYUIOP', '12345678', 'iloveyou', 'aaaaaaaaaaaa', 'ababababab'])('is not %s', (password) =>
    expect(rejection(() => ensureAcceptable(password, hanako))).toBe('identity.password_too_common'),
  );

  it.each(['hanako123', 'YAMADA-1', 'yoyaku99', 'hanako.y!!', 'hanakohanako'])(
    'does not follow from who one is: %s',
    (password) => expect(rejection(() => ensureAcceptable(password, hanako))).toBe('identity.password_guessable'),
  );

  it.each(['correct horse battery', '桜が咲く春の日です', 'hanako likes ramen'])('may be %s', (password) =>
    expect(rejection(() => ensureAcceptable(password, hanako))).toBeUndefined(),
  );
});

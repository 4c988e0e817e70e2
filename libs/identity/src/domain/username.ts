/** Letters and digits of any script, with some marks between; none can be taken for an e-mail address or a phone. */
const FORM = /^[\p{L}\p{N}][\p{L}\p{M}\p{N}._-]{1,28}[\p{L}\p{M}\p{N}]$/u;

/** What nobody sees, so that two names look the same; some of it are letters or marks. */
const UNSEEN = /\p{Default_Ignorable_Code_Point}/u;

/** A user name in the one form that Unicode has for it; undefined where the text may be none. */
export function readUsername(text: string): string | undefined {
  const plain = text.trim().normalize('NFKC');
  return FORM.test(plain) && /\p{L}/u.test(plain) && !UNSEEN.test(plain) ? plain : undefined;
}
